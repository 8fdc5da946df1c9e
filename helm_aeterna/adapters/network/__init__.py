"""The network: how a service is really asked."""
