"""Modules for JAX: `jax.custom_vjp`, with the derived gradient on the way back.

`custom_vjp` and not `custom_jvp`: what is derived is the gradient, and JAX could not turn a forward rule around whose
code asks whether a weight is 0. Second derivatives go through the code of the first; `jax.jvp` is refused by JAX.
"""

from __future__ import annotations

from string import Template

from symderiv.exported.frame import Frame
from symderiv.numeric.texts.dialects import JAX

FITTED = Template('''def $fitted(inputs, gradients) -> list:
    """Gradients added up over batch axes that what they are by does not have, or has once."""
    found = []
    gradients = gradients if isinstance(gradients, tuple) else (gradients,)
    for n, g in zip($places, gradients, strict=True):
        x = inputs[n]
        g = jnp.sum(g, axis=tuple(range(g.ndim - x.ndim)))
        single = tuple(axis for axis, size in enumerate(x.shape) if size == 1)
        found.append(jnp.sum(g, axis=single, keepdims=True).astype(x.dtype))
    return found''')
DERIVED = Template('''@jax.custom_vjp
def $derived(*inputs):
    """The value; on the way back the derived gradients, weighted by the upstream one."""
    return $value(*inputs)''')
ONCE = Template('''@jax.custom_jvp
def $once(x):
    """x, by which nothing is differentiated again."""
    return x''')
AGAIN = Template('''@$once.defjvp
def $again(primals, tangents):
    """What is held, or a fact about the variable, holds for first derivatives."""
    raise NotImplementedError("no second derivative here: derive that one by itself")''')
FORWARD = Template('''def $forward(*inputs):
    """The value, and the inputs for the way back; refuses what there is no gradient by."""
    for name, x in zip($others, inputs, strict=True):
        if name and x.perturbed:
            raise TypeError(f"no gradient by {name} here: hold it, or put it in wrt")
    values = [x.value for x in inputs]
    return $value(*values), values''')
BACKWARD = Template('''def $backward(inputs, upstream):
    """Gradients for what is differentiated by, None for the others."""
    if isinstance(upstream, jax.custom_derivatives.SymbolicZero):
        upstream = jnp.zeros(upstream.shape, upstream.dtype)
    $gradients = $fitted(inputs, $pulled(*$kept, upstream))
    return $returned


$derived.defvjp($forward, $backward, symbolic_zeros=True)''')
PUBLIC = Template("""def $name($args):
$doc
    return $derived(*map(jnp.asarray, $inputs))""")
TRIED = Template('''def $tried(**given) -> tuple:
    """Value and gradients, weighted by an upstream one, of and as NumPy arrays."""

    def moved(*by):
        return $name(**{**given, **dict(zip($moved, by, strict=True))})

    value, pull = jax.vjp(moved, *(jnp.asarray(given[name]) for name in $moved))
    return np.asarray(value), *map(np.asarray, pull(jnp.asarray($weights(value))))''')

JAX_FRAME = Frame(
    library=JAX,
    imports=("import jax", "import jax.numpy as jnp"),
    blocks={
        "fitted": FITTED,
        "derived": DERIVED,
        "forward": FORWARD,
        "backward": BACKWARD,
        "public": PUBLIC,
        "tried": TRIED,
    },
    call="np.asarray({f}(*map(jnp.asarray, [{x}])))",
    again={"kept": "inputs"},
    once={"kept": "map($once, inputs)"},
    refusal={"once": ONCE, "again": AGAIN},
    first='\n    jax.config.update("jax_enable_x64", True)',
)
