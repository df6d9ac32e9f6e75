"""The chaos harness: real processes under random kills, and a check after each that nothing is lost or paid twice."""
