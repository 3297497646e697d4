"""The soundness campaign: random claims whose truth is known by construction or found by evaluation.

Nothing here is shared with what is judged but the nodes: names, evaluation and rewriting are its own.
"""
