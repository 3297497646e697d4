"""Matrix contractions: linear layers, two-layer nets, attention."""

from __future__ import annotations

from proof.corpus.record import Record, conditional, proved, refuted

ROWS = "sum(y[n, k], k=1..K) = 1"
LINEAR = ("s[n, k] = b[k] + sum(X[n, d]*W[d, k], d=1..D)", "p[n, k] = softmax(s[n, k], k)")
LOSS = "L = -sum(sum(y[n, k]*log(p[n, k]), k=1..K), n=1..N)/N"
MSE = "L = sum(sum((s[n, k] - y[n, k])^2, k=1..K), n=1..N)/2"
NET = (
    "h[j] = sigmoid(c[j] + sum(W[j, d]*x[d], d=1..D))",
    "s[k] = b[k] + sum(V[k, j]*h[j], j=1..J)",
    "p[k] = softmax(s[k], k)",
)
NET_LOSS = "L = -sum(y[k]*log(p[k]), k=1..K)"
TANH = ("h[j] = tanh(sum(W[j, d]*x[d], d=1..D))", "o = sum(v[j]*h[j], j=1..J)")
SCORES = ("S[n, m] = sum(Q[n, d]*H[m, d], d=1..D)", "A[n, m] = exp(S[n, m])/sum(exp(S[n, l]), l=1..N)")
OUT = "O[n, a] = sum(A[n, m]*V[m, a], m=1..N)"
LOSS_A = "L = sum(sum(G[n, a]*O[n, a], a=1..B), n=1..N)"
ONE = ("S[m] = sum(q[d]*H[m, d], d=1..D)", "A[m] = softmax(S[m], m)", "o[a] = sum(A[m]*V[m, a], m=1..N)")

MATRICES: tuple[Record, ...] = (
    *conditional(
        "linear layer, logits", "dL/ds[m, i] = (p[m, i] - y[m, i])/N", ROWS, (*LINEAR, LOSS), holds_when=((ROWS,),)
    ),
    *conditional(
        "linear layer, dW",
        "dL/dW[a, i] = sum(X[n, a]*(p[n, i] - y[n, i]), n=1..N)/N",
        ROWS,
        (*LINEAR, LOSS),
        holds_when=((ROWS,),),
    ),
    proved(
        "linear layer, dW for any weights",
        "dL/dW[a, i] = sum(X[n, a]*(p[n, i]*sum(y[n, k], k=1..K) - y[n, i]), n=1..N)/N",
        (*LINEAR, LOSS),
    ),
    refuted(
        "linear layer, dW transposed", "dL/dW[a, i] = sum(X[n, a]*(y[n, i] - p[n, i]), n=1..N)/N", (*LINEAR, LOSS), ROWS
    ),
    refuted(
        "linear layer, dW without the mean",
        "dL/dW[a, i] = sum(X[n, a]*(p[n, i] - y[n, i]), n=1..N)",
        (*LINEAR, LOSS),
        ROWS,
    ),
    *conditional(
        "linear layer, db", "dL/db[i] = sum(p[n, i] - y[n, i], n=1..N)/N", ROWS, (*LINEAR, LOSS), holds_when=((ROWS,),)
    ),
    *conditional("linear layer, dX", "dL/dX[m, a] = sum((p[m, k] - y[m, k])*W[a, k], k=1..K)/N", ROWS, (*LINEAR, LOSS)),
    refuted(
        "linear layer, dX summed over the batch",
        "dL/dX[m, a] = sum(sum((p[n, k] - y[n, k])*W[a, k], k=1..K), n=1..N)/N",
        (*LINEAR, LOSS),
        ROWS,
    ),
    proved("least squares, dW", "dL/dW[a, i] = sum(X[n, a]*(s[n, i] - y[n, i]), n=1..N)", (LINEAR[0], MSE)),
    proved(
        "least squares, hessian",
        "Derivative(L, W[a, i], W[f, j]) = delta(i, j)*sum(X[n, a]*X[n, f], n=1..N)",
        (LINEAR[0], MSE),
    ),
    refuted(
        "least squares, hessian without delta",
        "Derivative(L, W[a, i], W[f, j]) = sum(X[n, a]*X[n, f], n=1..N)",
        (LINEAR[0], MSE),
    ),
    proved(
        "linear layer on softmax, one example",
        "d/dW[i, a] (-sum(y[k]*log(p[k]), k=1..K)) = (p[i] - y[i])*x[a]",
        ("s[k] = sum(W[k, d]*x[d], d=1..D)", "p[k] = softmax(s[k], k)"),
        "sum(y[k], k=1..K) = 1",
    ),
    refuted(
        "linear layer on softmax, one example, labels not given",
        "d/dW[i, a] (-sum(y[k]*log(p[k]), k=1..K)) = (p[i] - y[i])*x[a]",
        ("s[k] = sum(W[k, d]*x[d], d=1..D)", "p[k] = softmax(s[k], k)"),
        holds_when=(("sum(y[k], k=1..K) = 1",),),
    ),
    proved("jacobian of a linear layer", "d/dx[a] (sum(W[k, d]*x[d], d=1..D)) = W[k, a]"),
    refuted("jacobian of a linear layer, transposed", "d/dx[a] (sum(W[k, d]*x[d], d=1..K)) = W[a, k]", (), "K >= 2"),
    proved(
        "quadratic form",
        "d/dx[i] (sum(sum(x[j]*W[j, k]*x[k], k=1..K), j=1..K)) = sum((W[i, k] + W[k, i])*x[k], k=1..K)",
    ),
    *conditional(
        "quadratic form, symmetric",
        "d/dx[i] (sum(sum(x[j]*W[j, k]*x[k], k=1..K), j=1..K)) = 2*sum(W[i, k]*x[k], k=1..K)",
        "W[i, j] = W[j, i]",
        coincidences=({"K": 1},),
    ),
    proved(
        "hessian of a quadratic form",
        "Derivative(sum(sum(x[j]*W[j, k]*x[k], k=1..K), j=1..K), x[a], x[b]) = W[a, b] + W[b, a]",
    ),
    proved(
        "trace of a product", "sum(sum(A[n, d]*B[d, n], d=1..D), n=1..N) = sum(sum(B[d, n]*A[n, d], n=1..N), d=1..D)"
    ),
    proved("trace of a product by an entry", "d/dA[m, a] (sum(sum(A[n, d]*B[d, n], d=1..D), n=1..N)) = B[a, m]"),
    refuted(
        "trace of a product by an entry, not transposed",
        "d/dA[i, j] (sum(sum(A[n, d]*B[d, n], d=1..K), n=1..K)) = B[i, j]",
        coincidences=({"K": 1},),
    ),
    proved(
        "squared frobenius norm of a product",
        "d/dA[i, j] (sum(sum(sum(A[n, d]*B[d, k], d=1..D)^2, k=1..K), n=1..N))"
        " = 2*sum(sum(A[i, d]*B[d, k], d=1..D)*B[j, k], k=1..K)",
    ),
    refuted(
        "products of matrices do not commute",
        "sum(A[i, k]*B[k, j], k=1..K) = sum(B[i, k]*A[k, j], k=1..K)",
        coincidences=({"K": 1},),
    ),
    proved(
        "products of matrices associate",
        "sum(A[i, k]*sum(B[k, l]*C[l, j], l=1..M), k=1..K) = sum(sum(A[i, k]*B[k, l], k=1..K)*C[l, j], l=1..M)",
    ),
    proved("two layers, db", "dL/db[i] = p[i]*sum(y[k], k=1..K) - y[i]", (*NET, NET_LOSS)),
    proved("two layers, dV", "dL/dV[i, a] = (p[i]*sum(y[k], k=1..K) - y[i])*h[a]", (*NET, NET_LOSS)),
    *conditional(
        "two layers, dc",
        "dL/dc[a] = h[a]*(1 - h[a])*sum((p[k] - y[k])*V[k, a], k=1..K)",
        "sum(y[k], k=1..K) = 1",
        (*NET, NET_LOSS),
    ),
    proved(
        "two layers, dW",
        "dL/dW[a, f] = x[f]*h[a]*(1 - h[a])*sum((p[k] - y[k])*V[k, a], k=1..K)",
        (*NET, NET_LOSS),
        "sum(y[k], k=1..K) = 1",
    ),
    refuted(
        "two layers, dW, slope forgotten",
        "dL/dW[a, f] = x[f]*sum((p[k] - y[k])*V[k, a], k=1..K)",
        (*NET, NET_LOSS),
        "sum(y[k], k=1..K) = 1",
    ),
    refuted(
        "two layers, dW, slope of tanh",
        "dL/dW[a, f] = x[f]*(1 - h[a]^2)*sum((p[k] - y[k])*V[k, a], k=1..K)",
        (*NET, NET_LOSS),
        "sum(y[k], k=1..K) = 1",
    ),
    proved("two layers, dh", "dL/dh[a] = sum((p[k]*sum(y[l], l=1..K) - y[k])*V[k, a], k=1..K)", (*NET, NET_LOSS)),
    proved("two layers with tanh, dW", "do/dW[a, f] = v[a]*(1 - h[a]^2)*x[f]", TANH),
    proved("two layers with tanh, dx", "do/dx[f] = sum(v[j]*(1 - h[j]^2)*W[j, f], j=1..J)", TANH),
    refuted("two layers with tanh, dx, not summed", "do/dx[f] = v[j]*(1 - h[j]^2)*W[j, f]", TANH),
    proved(
        "two layers with tanh, second derivative",
        "Derivative(o, x[f], x[g]) = -2*sum(v[j]*h[j]*(1 - h[j]^2)*W[j, f]*W[j, g], j=1..J)",
        TANH,
    ),
    proved("squared output of two layers", "d/dv[i] ((o - t)^2/2) = (o - t)*h[i]", TANH),
    proved("attention's rows add up to 1", "sum(A[n, m], m=1..N) = 1", SCORES),
    refuted("attention's columns do not", "sum(A[n, m], n=1..N) = 1", SCORES),
    proved("attention, dV", "dL/dV[i, b] = sum(A[n, i]*G[n, b], n=1..N)", (*SCORES, OUT, LOSS_A)),
    refuted("attention, dV, transposed", "dL/dV[i, b] = sum(A[i, n]*G[n, b], n=1..N)", (*SCORES, OUT, LOSS_A)),
    proved("attention, dA", "dL/dA[i, j] = sum(G[i, a]*V[j, a], a=1..B)", (*SCORES, OUT, LOSS_A)),
    proved(
        "attention, dS",
        "dL/dS[i, j] = A[i, j]*(sum(G[i, a]*V[j, a], a=1..B) - sum(G[i, a]*O[i, a], a=1..B))",
        (*SCORES, OUT, LOSS_A),
    ),
    refuted(
        "attention, dS, as if the rows were free",
        "dL/dS[i, j] = A[i, j]*sum(G[i, a]*V[j, a], a=1..B)",
        (*SCORES, OUT, LOSS_A),
    ),
    proved(
        "attention, dQ",
        "dL/dQ[i, c] = sum(A[i, m]*(sum(G[i, a]*V[m, a], a=1..B) - sum(G[i, a]*O[i, a], a=1..B))*H[m, c], m=1..N)",
        (*SCORES, OUT, LOSS_A),
    ),
    refuted(
        "attention, dQ, diagonal of the jacobian only",
        "dL/dQ[i, c] = sum(A[i, m]*(1 - A[i, m])*sum(G[i, a]*V[m, a], a=1..B)*H[m, c], m=1..N)",
        (*SCORES, OUT, LOSS_A),
    ),
    proved(
        "attention, dK",
        "dL/dH[j, c] = sum(A[n, j]*(sum(G[n, a]*V[j, a], a=1..B) - sum(G[n, a]*O[n, a], a=1..B))*Q[n, c], n=1..N)",
        (*SCORES, OUT, LOSS_A),
    ),
    refuted(
        "attention, dK, summed over keys",
        "dL/dH[j, c] = sum(A[j, m]*(sum(G[j, a]*V[m, a], a=1..B) - sum(G[j, a]*O[j, a], a=1..B))*Q[m, c], m=1..N)",
        (*SCORES, OUT, LOSS_A),
    ),
    proved("one query", "do[b]/dq[c] = sum(A[m]*V[m, b]*H[m, c], m=1..N) - o[b]*sum(A[m]*H[m, c], m=1..N)", ONE),
    proved("one query by a key", "do[b]/dH[j, c] = A[j]*(V[j, b] - o[b])*q[c]", ONE),
    refuted("one query by a key, mean forgotten", "do[b]/dH[j, c] = A[j]*V[j, b]*q[c]", ONE),
    proved(
        "scaled scores",
        "do[b]/dT = sum(A[m]*V[m, b]*R[m], m=1..N) - o[b]*sum(A[m]*R[m], m=1..N)",
        ("A[m] = exp(T*R[m])/sum(exp(T*R[l]), l=1..N)", "o[b] = sum(A[m]*V[m, b], m=1..N)"),
    ),
    proved(
        "linear attention", "d/dq[c] (sum(q[d]*sum(H[m, d]*V[m, b], m=1..N), d=1..D)) = sum(H[m, c]*V[m, b], m=1..N)"
    ),
    proved("bilinear scores", "d/dW[i, j] (sum(sum(x[a]*W[a, b]*y[b], b=1..B), a=1..A)) = x[i]*y[j]"),
    proved(
        "low rank update",
        "d/dA[i, j] (sum(sum(G[n, k]*sum(A[n, r]*B[r, k], r=1..R), k=1..K), n=1..N)) = sum(G[i, k]*B[j, k], k=1..K)",
    ),
)
