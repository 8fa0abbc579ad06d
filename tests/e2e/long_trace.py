"""A trace as long as they come: 200 steps with 2,000 formulas, in English or in Chinese."""

from typing import Any

STEPS = 200
FORMULAS = 10 * STEPS

# Ten formulas each, two of them displayed; `{n}` is the step's own number.
ENGLISH = [
    r"Let $x_{n}$ be the root of $x^2 - {n}x + 1 = 0$ that is larger than $1$. By the quadratic formula"
    r" $$x_{n} = \frac{{n} + \sqrt{{n}^2 - 4}}{2},$$ and since $x_{n} \cdot \bar{x}_{n} = 1$ the other one is"
    r" $\bar{x}_{n} = \frac{1}{x_{n}}$. Their sum is ${n}$, so $x_{n}^2 + \bar{x}_{n}^2 = {n}^2 - 2$. Therefore"
    r" $$\sum_{k=1}^{{n}} \left(x_k + \frac{1}{x_k}\right) = \frac{{n}({n} + 1)}{2}$$ holds up to $k = {n}$.",
    r"We now substitute $u = t^{n} + 1$, so that $\mathrm{d}u = {n}\,t^{{n} - 1}\,\mathrm{d}t$ and the bounds $0$ and"
    r" $1$ become $1$ and $2$. This gives $$\int_0^1 \frac{{n}\,t^{{n} - 1}}{t^{n} + 1}\,\mathrm{d}t = \ln 2,$$"
    r" whatever ${n}$ is; with $\alpha = \frac{\pi}{{n}}$ we get $$\begin{pmatrix} \cos\alpha & -\sin\alpha \\"
    r" \sin\alpha & \cos\alpha \end{pmatrix}^{n} = -I.$$",
]
CHINESE = [
    r"设 $x_{n}$ 是方程 $x^2 - {n}x + 1 = 0$ 中大于 $1$ 的根。由求根公式得"
    r" $$x_{n} = \frac{{n} + \sqrt{{n}^2 - 4}}{2},$$ 又因为 $x_{n} \cdot \bar{x}_{n} = 1$，所以另一个根是"
    r" $\bar{x}_{n} = \frac{1}{x_{n}}$。两根之和为 ${n}$，于是 $x_{n}^2 + \bar{x}_{n}^2 = {n}^2 - 2$。因此"
    r" $$\sum_{k=1}^{{n}} \left(x_k + \frac{1}{x_k}\right) = \frac{{n}({n} + 1)}{2}$$ 对 $k = {n}$ 也成立。",
    r"令 $u = t^{n} + 1$，则 $\mathrm{d}u = {n}\,t^{{n} - 1}\,\mathrm{d}t$，积分上下限 $0$ 和 $1$ 变为 $1$ 和 $2$。"
    r"于是 $$\int_0^1 \frac{{n}\,t^{{n} - 1}}{t^{n} + 1}\,\mathrm{d}t = \ln 2,$$ 与 ${n}$ 无关；取"
    r" $\alpha = \frac{\pi}{{n}}$，得 $$\begin{pmatrix} \cos\alpha & -\sin\alpha \\"
    r" \sin\alpha & \cos\alpha \end{pmatrix}^{n} = -I.$$",
]


def long_trace(name: str, *, chinese: bool = False, steps: int = STEPS) -> dict[str, Any]:
    """A line to import: a problem of its own, and `steps` steps with ten formulas each, no two steps alike."""
    texts = CHINESE if chinese else ENGLISH
    statement = "求和。" if chinese else "Find the sum of the series."
    return {
        "id": f"{name}-1",
        "problem": {"id": name, "statement": statement, "answer": "1"},
        "generator": "pupil",
        "steps": [texts[i % len(texts)].replace("{n}", f"{{{i + 3}}}") for i in range(steps)],
        "answer": "1",
    }
