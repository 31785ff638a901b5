"""Signing in through an identity provider (ProConnect, Industriels Santé Connect), when the operator says so (ACC-4)."""
