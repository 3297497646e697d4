"""From terms to NumPy: stable form, array graph, schedule, readable source, and gradient checks.

``compile_function`` (compile.py) is the street; the modules in its order: prepare, deltas, stable
(with scaling, logarithms, fractions), lower (graph, contract), schedule, source, function. The writer
speaks the dialects of dialects.py; ``backends.py`` lists what may run a function.
"""
