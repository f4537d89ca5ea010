"""`adjudicator fhir`: one file for each of its commands."""
