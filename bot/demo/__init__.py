"""The demo shop: made-up customers and orders in every situation that a refund can meet."""
