"""Letters to members and providers, made from determinations and the library's `letters/`."""
