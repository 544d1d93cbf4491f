"""The sample shop: simulated customers whose planted personas drive what they buy and what they answer."""
