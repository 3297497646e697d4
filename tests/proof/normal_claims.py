"""Claims on which the normal form was built: formula, definitions, facts, and whether left - right is 0.

Each stands for one thing that a normal form has to know.
"""

from __future__ import annotations

Row = tuple[str, tuple[str, ...], tuple[str, ...], bool]

P = "p[k] = exp(z[k])/sum(exp(z[j]), j=1..K)"
ONE = "sum(y[k], k=1..K) = 1"

ROWS: tuple[Row, ...] = (
    ("Derivative(p[j], z[i]) = p[j]*(delta(i,j)-p[i])", (P,), (), True),
    ("Derivative(-sum(y[k]*log(p[k]), k=1..K), z[i]) = p[i]-y[i]", (P,), (ONE,), True),
    ("Derivative(-sum(y[k]*log(p[k]), k=1..K), z[i]) = p[i]-y[i]", (P,), (), False),
    ("Derivative(-sum(y[k]*log(p[k]), k=1..K), z[i]) = p[i]*sum(y[k],k=1..K)-y[i]", (P,), (), True),
    ("Derivative(-sum(y[k]*log(p[k]), k=1..K), z[i], z[j]) = p[i]*(delta(i,j)-p[j])", (P,), (ONE,), True),
    (
        (
            "Derivative(-sum(y[k]*log(p[k]), k=1..K), z[i], z[j], z[l]) = "
            "p[i]*(delta(i,l)-p[l])*(delta(i,j)-p[j]) - p[i]*p[j]*(delta(j,l)-p[l])"
        ),
        (P,),
        (ONE,),
        True,
    ),
    ("Derivative(sum((p[k]-y[k])*z[k], k=1..K), z[i]) = p[i]-y[i]", (P,), (), False),
    ("Derivative(sum((stop_gradient(p[k])-y[k])*z[k], k=1..K), z[i]) = p[i]-y[i]", (P,), (), True),
    ("sum(p[i]*(z[i]-sum(p[k]*z[k],k=1..K)), i=1..K) = 0", (P,), (), True),
    (("-sum(y[k]*log(p[k]), k=1..K) = sum((p[k]-y[k])*z[k], k=1..K) - sum(p[k]*log(p[k]),k=1..K)"), (P,), (ONE,), True),
    (("-sum(y[k]*log(p[k]), k=1..K) = sum((p[k]-y[k])*z[k], k=1..K) - sum(p[k]*log(p[k]),k=1..K)"), (P,), (), False),
    ("exp(z[i]+c)/sum(exp(z[k]+c),k=1..K) = p[i]", (P,), (), True),
    (
        "Derivative(-sum(y[k]*log(q[k]),k=1..K), T) = sum((y[k]-q[k])*z[k],k=1..K)/T^2",
        ("q[k] = exp(z[k]/T)/sum(exp(z[j]/T),j=1..K)",),
        (ONE,),
        True,
    ),
    (
        "Derivative(-sum(y[k]*log(s[k])+(1-y[k])*log(1-s[k]),k=1..K), z[i]) = s[i]-y[i]",
        ("s[k] = 1/(1+exp(-z[k]))",),
        (),
        True,
    ),
    ("1/(1+exp(x)) = 1 - 1/(1+exp(-x))", (), (), True),
    ("Derivative(H, z[i]) = -p[i]*(log(p[i])+H)", (P, "H = -sum(p[k]*log(p[k]),k=1..K)"), (), True),
    ("sum(p[k]^2,k=1..K) = 1-2*p[i]+2*p[i]^2", (P,), (), False),
    ("sum(1/(1+exp(z[k])),k=1..K)+sum(exp(z[k])/(1+exp(z[k])),k=1..K) = K", (), (), True),
    ("sum(sum(1/(1+exp(s[j]-s[i])),j=1..K),i=1..K) = K^2/2", (), (), True),
    ("sum(sum(x[i]/(x[i]+x[j]),j=1..K),i=1..K) = K^2/2", (), ("x[k]>0",), True),
    ("sqrt(x^2) = x", (), (), False),
    ("sqrt(x^2) = x", (), ("x>0",), True),
    ("log(x^2) = 2*log(x)", (), (), True),
    ("sqrt(x)*sqrt(w) = sqrt(x*w)", (), (), True),
    ("sum(sum(x[i]*x[j],j=1..K),i=1..K) = sum(x[k],k=1..K)^2", (), (), True),
    ("sum(x[k]^2/(x[k]+w),k=1..K)+w*sum(x[k]/(x[k]+w),k=1..K) = sum(x[k],k=1..K)", (), (), True),
    (("sum(1/(exp(z[k])*(1+exp(z[k]))),k=1..K) = sum(exp(-z[k]),k=1..K)-sum(1/(1+exp(z[k])),k=1..K)"), (), (), True),
    ("sum((1-delta(i,k))*x[k],k=1..K) = sum(x[k],k=1..K)-x[i]", (), (), True),
    (("sum((1-delta(i,j))*x[i]/(x[i]-x[j]),j=1..K) = K-1+sum((1-delta(i,j))*x[j]/(x[i]-x[j]),j=1..K)"), (), (), True),
    ("sum(sum((1-delta(i,j))*x[i]/(x[i]-x[j]),j=1..K),i=1..K) = K*(K-1)/2", (), (), True),
    ("sum(y[k]*x[k],k=1..K) = x[t]", (), ("one_hot(y,t)",), True),
    ("sum(sum(w[n]*y[n,k],k=1..K),n=1..N) = sum(w[n],n=1..N)", (), ("sum(y[n,k],k=1..K)=1",), True),
    ("c*T*x = x", (), ("c*T=1",), True),
    ("exp(z/(T+1)+z*T/(T+1)) = exp(z)", (), (), True),
    (
        (
            "Derivative(sum(sum((sum(W[a,c]*x[n,a],a=1..A)-y[n,c])^2,c=1..C),n=1..N),W[b,d]) = "
            "2*sum((sum(W[a,d]*x[n,a],a=1..A)-y[n,d])*x[n,b],n=1..N)"
        ),
        (),
        (),
        True,
    ),
    ("sum(delta(k,t[n])*x[n,k],k=1..K) = x[n,t[n]]", (), (), True),
    (
        (
            "Derivative(sum(log(sum(exp(z[m,k]),k=1..K))-z[m,t[m]],m=1..N),z[n,i]) = "
            "exp(z[n,i])/sum(exp(z[n,k]),k=1..K) - delta(i,t[n])"
        ),
        (),
        (),
        True,
    ),
    ("sum(sum(exp(x[i]-x[j])/(1+exp(x[i]-x[j])),i=1..K),j=1..K) = K^2/2", (), (), True),
    ("sum(sum(A[i,k]*B[k,j],k=1..K),j=1..N) = sum(sum(B[k,l],l=1..N)*A[i,k],k=1..K)", (), (), True),
    (
        (
            "sum(sum(x[i]^2/(x[i]+x[j]),j=1..K),i=1..K) = K*sum(x[k],k=1..K) - "
            "sum(sum(x[i]*x[j]/(x[i]+x[j]),j=1..K),i=1..K)"
        ),
        (),
        (),
        True,
    ),
    (
        (
            "Derivative((x[j]-mu)/sqrt(v+eps), x[i]) = (delta(i,j)-1/K)/sqrt(v+eps) - "
            "(x[j]-mu)*(x[i]-mu)/(K*(v+eps)^(3/2))"
        ),
        ("mu = sum(x[k],k=1..K)/K", "v = sum((x[k]-mu)^2,k=1..K)/K"),
        ("eps>0",),
        True,
    ),
    ("sum(x[k]-mu,k=1..K) = 0", ("mu = sum(x[k],k=1..K)/K",), (), True),
    ("v = sum(x[k]^2,k=1..K)/K - mu^2", ("mu = sum(x[k],k=1..K)/K", "v = sum((x[k]-mu)^2,k=1..K)/K"), (), True),
    (
        "sum(((x[k]-mu)/sqrt(v+eps))^2,k=1..K) = K*v/(v+eps)",
        ("mu = sum(x[k],k=1..K)/K", "v = sum((x[k]-mu)^2,k=1..K)/K"),
        ("eps>0",),
        True,
    ),
    (
        ("Derivative(-(1-p[c])^g*log(p[c]), z[i]) = (delta(c,i)-p[i])*(g*(1-p[c])^(g-1)*p[c]*log(p[c]) - (1-p[c])^g)"),
        (P,),
        (),
        True,
    ),
    (
        (
            "-sum(y[k]*(1-p[k])^2*log(p[k]),k=1..K) = "
            "-sum(y[k]*log(p[k]),k=1..K)+2*sum(y[k]*p[k]*log(p[k]),k=1..K)-sum(y[k]*p[k]^2*log(p[k]),k=1..K)"
        ),
        (P,),
        (),
        True,
    ),
    ("sum(p[k]^a*p[k]^b,k=1..K) = sum(p[k]^(a+b),k=1..K)", (P,), (), True),
    ("Derivative(sum(p[k]^q,k=1..K),z[i]) = q*p[i]*(p[i]^(q-1) - sum(p[k]^q,k=1..K))", (P,), (), True),
    (
        ("Derivative(sum(G[m,d]*sum(A[m,n]*V[n,d],n=1..N),m=1..N,d=1..D), V[r,s]) = sum(G[m,s]*A[m,r],m=1..N)"),
        (("A[m,n] = exp(sum(Q[m,e]*Kk[n,e],e=1..D))/sum(exp(sum(Q[m,e]*Kk[l,e],e=1..D)),l=1..N)"),),
        (),
        True,
    ),
    (
        (
            "Derivative(sum(sum(G[m,d]*sum(A[m,n]*V[n,d],n=1..N),d=1..D),m=1..N), Q[r,s]) = "
            "sum(A[r,n]*(sum(G[r,d]*V[n,d],d=1..D) - "
            "sum(A[r,l]*sum(G[r,d]*V[l,d],d=1..D),l=1..N))*Kk[n,s],n=1..N)"
        ),
        (("A[m,n] = exp(sum(Q[m,e]*Kk[n,e],e=1..D))/sum(exp(sum(Q[m,e]*Kk[l,e],e=1..D)),l=1..N)"),),
        (),
        True,
    ),
    (
        ("Derivative(-sum(sum(y[n,c]*log(p[n,c]),c=1..C),n=1..N)/N, W[a,b]) = sum(x[n,a]*(p[n,b]-y[n,b]),n=1..N)/N"),
        ("s[n,c] = sum(x[n,a]*W[a,c],a=1..A)", "p[n,c] = exp(s[n,c])/sum(exp(s[n,j]),j=1..C)"),
        ("sum(y[n,c],c=1..C)=1",),
        True,
    ),
    (
        (
            "Derivative(-sum(sum(y[n,c]*log(p[n,c]),c=1..C),n=1..N)/N, W[a,b]) = "
            "sum(sum((p[n,c]-y[n,c])*U[b,c],c=1..C)*h[n,b]*(1-h[n,b])*x[n,a],n=1..N)/N"
        ),
        (
            "h[n,b] = 1/(1+exp(-sum(x[n,a]*W[a,b],a=1..A)))",
            "s[n,c] = sum(h[n,b]*U[b,c],b=1..H)",
            "p[n,c] = exp(s[n,c])/sum(exp(s[n,j]),j=1..C)",
        ),
        ("sum(y[n,c],c=1..C)=1",),
        True,
    ),
    ("sum(w[k],k=1..K)*x = x*2 - x", (), ("sum(w[k],k=1..K)=1",), True),
    ("T^2*x = 4*x", (), ("T^2=4",), True),
    ("x[1]+x[2] = sum(x[k],k=1..2)", (), (), True),
    ("Derivative(sum(x[k]^2,k=1..K),x[2]) = 2*x[2]", (), (), True),
    ("sum(delta(k,2)*x[k],k=1..K) = x[2]", (), (), True),
    ("delta(i,1)+delta(i,2) = 1", (), (), False),
    (
        "sum(z[k]*Derivative(L,z[k]),k=1..K) = sum(z[k]*(p[k]-y[k]),k=1..K)",
        (P, "L = -sum(y[k]*log(p[k]), k=1..K)"),
        (ONE,),
        True,
    ),
    (
        "sum(Derivative(L,p[k])*Derivative(p[k],z[i]),k=1..K) = Derivative(L,z[i])",
        (P, "L = -sum(y[k]*log(p[k]), k=1..K)"),
        (),
        True,
    ),
    ("Derivative(L,p[i]) = -y[i]/p[i]", (P, "L = -sum(y[k]*log(p[k]), k=1..K)"), (), True),
    ("log(sum(exp(z[k]-c),k=1..K)) + c = log(sum(exp(z[k]),k=1..K))", (), (), True),
    ("log(1+exp(x)) = x + log(1+exp(-x))", (), (), True),
    ("tanh(x) = 2/(1+exp(-2*x)) - 1", (), (), True),
    ("Derivative(tanh(x),x) = 1-tanh(x)^2", (), (), True),
    ("sqrt(8) = 2*sqrt(2)", (), (), True),
    ("log(6) = log(2)+log(3)", (), (), True),
    (
        (
            "sum(sum(sum((1-delta(i,j))*(1-delta(j,k))*x[i]*x[j]*x[k],k=1..K),j=1..K),i=1..K) = "
            "sum(x[k],k=1..K)^3 - 2*sum(x[k],k=1..K)*sum(x[k]^2,k=1..K)+sum(x[k]^3,k=1..K)"
        ),
        (),
        (),
        True,
    ),
    (("sum(p[k]*log(p[k]/q[k]),k=1..K) = sum(p[k]*log(p[k]),k=1..K)-sum(p[k]*log(q[k]),k=1..K)"), (), (), True),
    ("sum(z[k]*y[k],k=1..K) = z[2]", (), ("one_hot(y,2)",), True),
    ("sum(sum(y[n,k]*z[n,k],k=1..K),n=1..N) = sum(z[n,t[n]],n=1..N)", (), ("one_hot(y[n,k],t[n])",), True),
    ("x[i,j]*w = x[j,i]*w", (), ("x[n,m]=x[m,n]",), True),
    ("exp(x)^2 = exp(2*x)", (), (), True),
    ("(exp(x)-1)/(exp(x/2)-1) = exp(x/2)+1", (), (), True),
    ("log(exp(x)-1) = log(exp(x/2)-1)+log(exp(x/2)+1)", (), (), True),
    (("sum(1/(exp(z[k])-1),k=1..K) = sum(1/(exp(z[k]/2)-1),k=1..K)/2 - sum(1/(exp(z[k]/2)+1),k=1..K)/2"), (), (), True),
    (("sum(sum(x[i]/(x[i]+x[j]+w),j=1..K),i=1..K)*2 + w*sum(sum(1/(x[i]+x[j]+w),j=1..K),i=1..K) = K^2"), (), (), True),
    ("L = -log(p[t])", (P, "L = -sum(y[k]*log(p[k]), k=1..K)"), ("one_hot(y,t)",), True),
    (
        (
            "Derivative(-sum(y[k]*(1-p[k])^g*log(p[k]),k=1..K),z[i]) = "
            "-sum(Derivative(y[k]*(1-p[k])^g*log(p[k]),z[i]),k=1..K)"
        ),
        (P,),
        ("K>=2",),
        True,
    ),
    (
        (
            "Derivative(-sum(y[k]*(1-p[k])^g*log(p[k]),k=1..K),p[l]) = "
            "-sum(Derivative(y[k]*(1-p[k])^g*log(p[k]),p[l]),k=1..K)"
        ),
        (P,),
        ("K>=2",),
        True,
    ),
    (
        (
            "Derivative(-sum(y[k]*Derivative(log(p[k]),p[j]),k=1..K),z[i]) = "
            "-sum(y[k]*Derivative(Derivative(log(p[k]),p[j]),z[i]),k=1..K)"
        ),
        (P,),
        (),
        True,
    ),
    ("Derivative(sum(log(1-p[k]),k=1..K),z[i]) = sum(Derivative(log(1-p[k]),z[i]),k=1..K)", (P,), ("K>=2",), True),
    (
        "sum(Derivative((x[j]-mu)/sqrt(v+eps), x[k]),k=1..K) = 0",
        ("mu = sum(x[k],k=1..K)/K", "v = sum((x[k]-mu)^2,k=1..K)/K"),
        ("eps>0",),
        True,
    ),
    ("1/(sqrt(x+1)-sqrt(x)) = sqrt(x+1)+sqrt(x)", (), ("x>0",), True),
    ("1/(sqrt(v+1)-1) = (sqrt(v+1)+1)/v", ("v = sum(x[k]^2,k=1..K)/K",), (), True),
    ("T^3*x = 4*x*T", (), ("T^2=4",), True),
    ("sum(x[k]^2*w[k],k=1..K) = sum(w[k],k=1..K)", (), ("x[k]^2=1",), True),
    ("a*b = 1", (), ("a+b=3", "a-b=1", "a*b=2"), False),
    ("a = 2*b", (), ("a+b=3", "a-b=1"), True),
    ("sum(x[k],k=1..K) = 2*sum(w[k],k=1..K)", (), ("sum(x[k]+w[k],k=1..K)=3", "sum(x[k]-w[k],k=1..K)=1"), True),
    (
        (
            "Derivative(-sum((1-p[k])^g*y[k]*log(p[k]),k=1..K),z[i]) = "
            "-sum(y[k]*(1-p[k])^(g-1)*((1-p[k]) - g*p[k]*log(p[k]))*(delta(i,k)-p[i]),k=1..K)"
        ),
        (P,),
        ("K>=2",),
        True,
    ),
    (
        ("sum(y[f]*v[f],f=1..K) = y[i]*v[i]+sum((1-delta(f,i))*y[f]*v[f]*exp(r[j])/exp(sqrt(r[j])*sqrt(r[j])),f=1..K)"),
        ("r[m] = (1+sum((z[i]-z[m])^2,i=1..K))^(1/2)",),
        (),
        True,
    ),
    ("sum(y[d]*v[d],d=1..K) = sum(delta(1,i)*y[d]*v[d]+(1-delta(1,i))*y[d]*v[d],d=1..K)", (), (), True),
    ("exp(r[j]) = exp(sqrt(r[j])*sqrt(r[j]))", ("r[m] = (1+sum((z[i]-z[m])^2,i=1..K))^(1/2)",), (), True),
    ("r[1]+r[j] = sqrt(r[1])*sqrt(r[1])+sqrt(r[j])^2", ("r[m] = (1+sum((z[i]-z[m])^2,i=1..K))^(1/2)",), (), True),
    ("sqrt(q[1]^2) = q[1]", (), ("q[k]>0",), True),
    ("N*x = N*x*(W[1,1]+sum((1-delta(1,i))*W[1,i],i=1..K))", (), ("sum(W[n,m],m=1..K)=1",), True),
    ("x = x/delta(j,t[n])", (), (), True),
    ("x*a = a", (), ("log(x)=0",), True),
    ("x*a = 0", (), ("exp(x)=1",), True),
    ("sum(exp(z[k]),k=1..K) = 1", (), ("log(sum(exp(z[k]),k=1..K))=0",), True),
    ("x[i]*a = 2*a", (), ("log(x[k]) = log(2)",), True),
    ("x*a = a", (), ("log(-x)=0",), False),
    ("sqrt(sum(q[k],k=1..K)^2) = sum(q[k],k=1..K)", (), ("q[k]>0",), True),
    ("sqrt(sum(q[k]*p[k],k=1..K)^2) = sum(q[k]*p[k],k=1..K)", (P,), ("q[k]>0",), True),
    ("log(sqrt(q[2]/q[1])) = log(q[2])/2-log(q[1])/2", (), ("q[k]>0",), True),
    ("sqrt(q[i]*q[j]*w^2) = w*sqrt(q[i])*sqrt(q[j])", (), ("q[k]>0",), False),
    ("sqrt(q[i]*q[j]*w^2) = w*sqrt(q[i])*sqrt(q[j])", (), ("q[k]>0", "w>0"), True),
    (
        (
            "sum(sum(sum(x[i]*x[j]*x[k]/(x[i]+x[j]+x[k]),k=1..K),j=1..K),i=1..K)*3 = "
            "sum(sum(sum(x[i]*x[j]*x[k]/(x[i]+x[j]+x[k])*3,k=1..K),j=1..K),i=1..K)"
        ),
        (),
        ("x[k]>0",),
        True,
    ),
    ("sum(sum(sum(x[i]/(x[i]+x[j]+x[k]),k=1..K),j=1..K),i=1..K) = K^3/3", (), ("x[k]>0",), True),
    ("sum(sum((x[i]-x[j])^2,j=1..K),i=1..K) = 2*K*sum(x[k]^2,k=1..K)-2*sum(x[k],k=1..K)^2", (), (), True),
    (("sum(sum((1-delta(i,j))*(x[i]^2-x[j]^2)/(x[i]-x[j]),j=1..K),i=1..K) = 2*(K-1)*sum(x[k],k=1..K)"), (), (), True),
    ("sum(sum((1-delta(i,j))*x[i]^2/(x[i]-x[j]),j=1..K),i=1..K) = (K-1)*sum(x[k],k=1..K)", (), (), True),
    (
        (
            "sum(sum(x[i]^3/(x[i]+x[j]),j=1..K),i=1..K) = K*sum(x[k]^2,k=1..K) - "
            "sum(sum(x[i]^2*x[j]/(x[i]+x[j]),j=1..K),i=1..K)"
        ),
        (),
        ("x[k]>0",),
        True,
    ),
    ("sum(sum(x[i]^2*x[j]/(x[i]+x[j]),j=1..K),i=1..K) = sum(x[k],k=1..K)^2/2", (), ("x[k]>0",), True),
    (
        ("sum(sum(x[i]^3/(x[i]+x[j]),j=1..K),i=1..K) = K*sum(x[k]^2,k=1..K) - sum(x[k],k=1..K)^2/2"),
        (),
        ("x[k]>0",),
        True,
    ),
    (
        (
            "sum(sum(1/((x[i]+x[j])*(x[i]+w)),j=1..K),i=1..K) = "
            "sum(sum((x[i]+x[j]+2*w)/((x[i]+x[j])*(x[i]+w)*(x[j]+w)),j=1..K),i=1..K)/2"
        ),
        (),
        ("x[k]>0", "w>0"),
        True,
    ),
    (
        (
            "Derivative(sum(sum(log(1+exp(z[j]-z[i])),j=1..K),i=1..K),z[l]) = "
            "sum(1/(1+exp(z[i]-z[l])),i=1..K) - sum(1/(1+exp(z[l]-z[i])),i=1..K)"
        ),
        (),
        (),
        True,
    ),
    ("sum(y[n,k]*sum(y[m,k],m=1..N),k=1..K) = sum(sum(y[n,k]*y[m,k],k=1..K),m=1..N)", (), (), True),
)
