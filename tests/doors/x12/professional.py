"""A file of one professional claim, as its guide asks for it, to change in single places."""

from __future__ import annotations

from collections.abc import Sequence

_ISA = (
    "ISA*00*          *00*          *ZZ*SENDER         *ZZ*RECEIVER       *250701*1147*{}*{}"
    "*000000907*1*T*:~"
)

SET = (
    "BHT*0019*00*BATCH-1*20250701*1023*CH",
    "NM1*41*2*PREMIER BILLING*****46*TGJ23",
    "PER*IC*JERRY*TE*3055552222",
    "NM1*40*2*KEY INSURANCE*****46*66783JJT",
    "HL*1**20*1",
    "NM1*85*1*KILDARE*BEN****XX*1999996666",
    "N3*234 SEAWAY ST",
    "N4*MIAMI*FL*331110001",
    "REF*EI*587654321",
    "HL*2*1*22*0",
    "SBR*P*18*******CI",
    "NM1*IL*1*SMITH*JANE****MI*SPL-2",
    "N3*236 N MAIN ST",
    "N4*MIAMI*FL*33413",
    "DMG*D8*19730501*F",
    "NM1*PR*2*KEY INSURANCE*****PI*999996666",
    "CLM*PAT-1*850***11:B:1*Y*A*Y*I",
    "HI*ABK:C711",
    "LX*1",
    "SV1*HC:76390*850*UN*1***1",
    "DTP*472*D8*20250616",
    "REF*6R*LINE-1",
)
"""The segments between ST and SE."""


def file_of(
    *sets: Sequence[str],
    guide: str = "005010X222A1",
    counts: Sequence[int] = (),
    trailers: Sequence[str] | None = None,
) -> str:
    """
    A file of these transaction sets, each from BHT on.

    `counts`: SE01 of each, where it is not right; `trailers`: what stands instead of GE and IEA.
    """
    is_new = guide.startswith("005010")
    lines = [
        _ISA.format("^" if is_new else "U", "00501" if is_new else "00401").rstrip("~"),
        f"GS*HC*SENDAPP*RECAPP*20250701*1147*17*X*{guide}",
    ]
    for number, each in enumerate(sets, 1):
        count = counts[number - 1] if counts else len(each) + 2
        own = f"*{guide}" if is_new else ""
        lines += [f"ST*837*{number:04d}{own}", *each, f"SE*{count}*{number:04d}"]
    lines += [f"GE*{len(sets)}*17", "IEA*1*000000907"] if trailers is None else trailers
    return "".join(f"{line}~\n" for line in lines)


def changed(old: str, *new: str) -> tuple[str, ...]:
    """The set with one segment replaced by others, or left out."""
    assert old in SET
    return tuple(each for segment in SET for each in (new if segment == old else (segment,)))
