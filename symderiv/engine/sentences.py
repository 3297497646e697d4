"""The reasons of the lines that strategies write, as sentences a student reads."""

from __future__ import annotations

SENTENCES = {
    "name": "Give the fraction of exponentials a letter of its own.",
    "unname": "Write {name} out again.",
    "definition": "Insert the definition of {name}.",
    "lemma": "Insert the derivative of {name}, derived separately.",
    "chain-rule": "Chain rule through {name}: its row of derivatives times its Jacobian matrix.",
    "row": "Insert the derivative of the value by {name}, derived separately.",
    "release": "All derivatives are taken: the stopped gradient is its value again.",
    "fold": "Recognise {name} by its definition.",
    "fractions": "Rearrange the fraction into parts that have a name.",
    "cases": "Treat equal and different indices separately; the delta, 1 where they agree, joins the two cases.",
    "expand": "Multiply out the brackets.",
    "collect": "Add up like terms.",
    "factor": "Take the common factor out.",
    "leave-out": "A sum less one of its summands is the sum over the other indices.",
    "join": "Sums over the same range are one sum.",
    "rearrange": "Carry out the sign and put the terms in order.",
}
