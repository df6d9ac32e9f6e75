"""A fake S3: it verifies signatures and digests, keeps what it is given, and fails on demand."""
