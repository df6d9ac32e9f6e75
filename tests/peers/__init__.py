"""Programs of other people that speak a platform's protocol, tried by hand: they need the network to be installed."""
