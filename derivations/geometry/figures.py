"""Three pictures: a 2-form on the sphere, the flux through a paraboloid and its rim, an orbit that sweeps equal areas."""

from sympy import Integer, Max, Min, Rational, acos, atan, cos, cot, nsolve, pi, sin, sqrt, symbols, tan

from derive import Plot, Trace

s = symbols("s", real=True)


def ramp(start):
    """0 up to `start`, then rising to 1 within one unit, then 1."""
    return Min(Max(s - start, 0), 1)


# The eye looks from the front, `tilt` above the horizon: straight lines of sight.

tilt = pi / 8


def seen(x, y, z):
    """The point of space as a point of the picture."""
    return y, cos(tilt) * z - sin(tilt) * x


def on_sphere(theta, phi):
    """The point of the unit sphere, seen."""
    return seen(sin(theta) * cos(phi), sin(theta) * sin(phi), cos(theta))


def tile(theta, phi, size):
    """The patch of the sphere between two parallels and two meridians."""
    across = ramp(0) - ramp(2)
    along = ramp(1) - ramp(3)
    return Trace(*on_sphere(theta + size * across, phi + size * along), s, 0, 4, fill=True, shade=0)


def loop(theta, phi, size):
    """The sense of θ before φ, as a small loop."""
    middle = theta + size / 2, phi + size / 2
    radius = size / 4
    turned = on_sphere(middle[0] + radius * cos(s), middle[1] + radius * sin(s))
    return Trace(*turned, s, 0, Rational(11, 2), arrow=True, shade=1)


step = pi / 9
meridians = [
    Trace(*on_sphere(s, k * step), s, 0, pi - atan(tan(tilt) / cos(k * step)), faint=True, shade=2) for k in range(-4, 5)
]
parallels = []
for k in range(1, 8):
    reach = -tan(tilt) * cot(k * step)
    if reach < 1:
        half = acos(max(reach, Integer(-1)))
        parallels.append(Trace(*on_sphere(k * step, s), s, -half, half, faint=True, shade=2))
places = [(k * step, m * step) for k, m in ((1, -2), (2, 1), (3, -2), (4, 1), (5, -2))]
sphere = Plot(
    (
        Trace(cos(s), sin(s), s, 0, 2 * pi, shade=2),
        *meridians,
        *parallels,
        *(tile(theta, phi, step) for theta, phi in places),
        *(loop(theta, phi, step) for theta, phi in places),
    ),
    title=r"The 2-form $\sin\theta\,d\theta\wedge d\varphi$ on the sphere: each patch has the same $d\theta$ and $d\varphi$, and the area that the form gives it; the loops are its orientation",
    name="sphere_figure",
    picture=True,
)


# --- The paraboloid z = 1 − x² − y² with its rim, and the curl of (−y, x, zx) -----------------------------------------


def on_hat(r, angle):
    """The point of the paraboloid, seen."""
    return seen(r * cos(angle), r * sin(angle), 1 - r**2)


def arrow(r, angle):
    """The curl (0, −z, 2) from a point of the surface."""
    x, y, z = r * cos(angle), r * sin(angle), 1 - r**2
    return Trace(*seen(x, y - s * z, z + 2 * s), s, 0, Rational(3, 20), arrow=True, shade=1)


paraboloid = Plot(
    (
        *(Trace(*on_hat(s, k * pi / 8), s, 0, 1, faint=True, shade=2) for k in range(16)),
        *(Trace(*on_hat(Rational(k, 4), s), s, 0, 2 * pi, faint=True, shade=2) for k in (1, 2, 3)),
        Trace(*on_hat(1, s), s, 0, 2 * pi, shade=0),
        Trace(*on_hat(1, s), s, -pi / 3, pi / 3, arrow=True, shade=0),
        *(arrow(Rational(k, 4), m * pi / 4) for k in (1, 3) for m in range(8)),
    ),
    title="The paraboloid with its rim: the flux of the curl (arrows) through the surface is the circulation along the rim, in the sense that goes with the orientation of the surface",
    name="paraboloid_figure",
    picture=True,
)


# --- The orbit with eccentricity 3/5: twelve equal times --------------------------------------------------------------

eccentricity = Rational(3, 5)
minor = sqrt(1 - eccentricity**2)


def anomaly(k):
    """The eccentric anomaly E at k twelfths of a revolution: Kepler's equation E − e sin E = 2πk/12."""
    return nsolve(s - eccentricity * sin(s) - pi * k / 6, s, float(pi * k / 6)) if k % 6 else pi * k / 6


def on_orbit(angle, part=1):
    """A point of the orbit about the focus, or part of the way to it."""
    return part * (cos(angle) - eccentricity), part * minor * sin(angle)


def sector(k):
    """What the radius sweeps in the k-th twelfth of a revolution."""
    begin, end = anomaly(k), anomaly(k + 1)
    return Trace(*on_orbit(begin + (end - begin) * ramp(1), ramp(0) - ramp(2)), s, 0, 3, fill=True, shade=k % 2)


orbit = Plot(
    (
        Trace(*on_orbit(s), s, 0, 2 * pi, shade=2),
        *(sector(k) for k in range(12)),
        Trace(cos(s) / 40, sin(s) / 40, s, 0, 2 * pi, shade=2),
    ),
    title="The orbit with $e = 3/5$ and what the radius sweeps in twelve equal times: twelve equal areas",
    name="orbit_figure",
    picture=True,
)
