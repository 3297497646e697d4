"""From terms to functions of arrays, in the order of the street.

`rewrites/` make of a statement's terms such as can be computed and stay in range; `graphs/` the array graph of
them; `texts/` readable source in the spellings of a library; `quick/` the same graph in place and in blocks of rows;
`native/` loops that numba compiles. `compile.py` joins them up (`backends.py` lists the ways), `function.py` is what
is called, and `checks/` compare gradients with differences, other libraries and many digits.
"""
