"""What other systems call: gateways' notices."""
