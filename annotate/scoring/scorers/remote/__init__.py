"""Scorers that ask a server: a PRM behind vLLM, a language model as critic, Monte Carlo completions.

`hosts` decides where they may connect to, `client` makes one request, `scorer` runs many of them under a budget.
"""
