"""Claims as X12 files, 837P and 837I, and the acknowledgements and answers to them."""
