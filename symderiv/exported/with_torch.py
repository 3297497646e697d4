"""Modules for PyTorch: `torch.autograd.Function`, with the derived gradient on the way back."""

from __future__ import annotations

from string import Template

from symderiv.exported.frame import Frame
from symderiv.numeric.texts.dialects import TORCH

DERIVED = Template('''class $Derived(torch.autograd.Function):
    """The value; on the way back the derived gradients, weighted by the upstream one."""

    generate_vmap_rule = True

    @staticmethod
    def forward(*inputs):
        return $value(*inputs)

    @staticmethod
    def setup_context(ctx, inputs, output):
        ctx.save_for_backward(*inputs)

    @staticmethod
    def backward(ctx, upstream):
        inputs = ctx.saved_tensors
        $gradients = $fitted(inputs, $pulled(*$kept, upstream))
        return $returned''')
# torch's once_differentiable lets the second derivative go unnoticed where the upstream gradient is a constant
ONCE = Template('''class $Once(torch.autograd.Function):
    """An input by which nothing is differentiated again."""

    generate_vmap_rule = True

    @staticmethod
    def forward(x):
        return x.view_as(x)

    @staticmethod
    def setup_context(ctx, inputs, output):
        """Nothing is kept."""

    @staticmethod
    def backward(ctx, upstream):
        raise NotImplementedError("no second derivative here: derive that one by itself")''')
FITTED = Template('''def $fitted(inputs: tuple, gradients) -> list:
    """Gradients added up over batch axes that what they are by does not have."""
    gradients = gradients if isinstance(gradients, tuple) else (gradients,)
    shapes = (inputs[n].shape for n in $places)
    return [g.sum_to_size(shape) for g, shape in zip(gradients, shapes, strict=True)]''')
PREPARED = Template('''def $prepared(*inputs) -> list:
    """Numbers as tensors like the first one; refuses what there is no gradient by."""
    tensors = [x for x in inputs if isinstance(x, torch.Tensor)]
    like = next((x for x in tensors if x.is_floating_point()), torch.zeros(()))
    kinds = {int: torch.int64, float: like.dtype}
    found = []
    for name, x in zip($others, inputs, strict=True):
        if name and torch.is_grad_enabled() and getattr(x, "requires_grad", False):
            raise ValueError(f"no gradient by {name} here: detach it, or put it in wrt")
        kind = kinds.get(type(x))
        found.append(torch.tensor(x, dtype=kind, device=like.device) if kind else x)
    return found''')
PUBLIC = Template("""def $name($args):
$doc
    return $Derived.apply(*$prepared($args))""")
TENSORS = Template('''def $tensors(*given) -> list:
    """NumPy arrays as tensors."""
    return [torch.from_numpy(np.array(x)) for x in given]''')
TRIED = Template('''def $tried(**given) -> tuple:
    """Value and gradients, weighted by an upstream one, of and as NumPy arrays."""
    inputs = dict(zip(given, $tensors(*given.values()), strict=True))
    moved = [inputs[name].requires_grad_() for name in $moved]
    value = $name(**inputs)
    result = value.detach().numpy()
    gradients = torch.autograd.grad(value, moved, $tensors($weights(result)))
    return result, *(g.numpy() for g in gradients)''')

TORCH_FRAME = Frame(
    library=TORCH,
    imports=("import torch",),
    blocks={
        "fitted": FITTED,
        "Derived": DERIVED,
        "prepared": PREPARED,
        "public": PUBLIC,
        "tensors": TENSORS,
        "tried": TRIED,
    },
    call="{f}(*$tensors({x})).numpy()",
    again={"kept": "inputs"},
    once={"kept": "map($Once.apply, inputs)"},
    refusal={"Once": ONCE},
)
