"""What a refund is: money, orders, policy, risk, offers, decisions, cases and books."""
