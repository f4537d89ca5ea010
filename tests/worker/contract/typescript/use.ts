// A producer and a consumer with the generated types: what is wrong does not compile.
import type { ClaimSubmittedV1 } from "./claim.submitted.v1";
import type { ClaimDeterminedV1 } from "./claim.determined.v1";

const claim: ClaimSubmittedV1 = {
  specversion: "1.0",
  id: "e-1",
  source: "/edi/gateway",
  type: "claim.submitted.v1",
  time: "2025-06-20T14:03:00Z",
  traceparent: "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
  data: {
    claim_id: "C-1001",
    member_id: "M-1",
    plan_id: "sample-commercial",
    frequency: "1",
    claim_type: "professional",
    received_at: "2025-06-20",
    diagnoses: ["C71.1"],
    lines: [{ line: 1, procedure: "76390", date_of_service: "2025-06-16", charge: "850.00" }],
  },
};

// @ts-expect-error  there is no such frequency
claim.data.frequency = "9";
// @ts-expect-error  a claim has lines
delete claim.data.lines;

export function reasonOf(event: ClaimDeterminedV1): string | undefined {
  const { outcome, reason, needs, due_on, caused_by } = event.data;
  // @ts-expect-error  there is no such outcome
  if (outcome === "perhaps") return reason;
  const cause = "id" in caused_by ? caused_by.id : caused_by.library;
  return outcome === "denied" ? `${reason}, by ${cause}, due ${due_on}` : needs[0]?.code;
}
