"""Claims as FHIR R4 resources, from files and over HTTP, and the answers to them."""
