"""Several outputs: their slopes, curvatures, shares and minimum, from outside."""

import itertools

import numpy as np
import torch

from neuroviz.core.choices.activations import ACTIVATIONS
from neuroviz.core.choices.settings import Settings
from neuroviz.core.curvature.hessian import curvature_at, gradient_at, hessian_at
from neuroviz.core.data.dataset import MOST_CLASSES, Dataset
from neuroviz.core.model.model import predict, right
from neuroviz.core.training.history_view import LOSS
from neuroviz.core.training.trainer import Trainer
from tests.core.same_bits import random_data
from tests.core.their_networks import loss_of
from tests.for_each import for_each

F = torch.nn.functional
TRAINABLE = [name for name, row in ACTIVATIONS.items() if row.trainable]


def networks(count):
    """Return so many random networks with numbers, the same every time."""
    generator = np.random.default_rng(11)

    def drawn():
        classes, hidden = int(generator.integers(2, MOST_CLASSES + 1)), int(generator.integers(4))
        return Settings(
            data=random_data(classes + 2, int(generator.integers(1, 4)), classes),
            outputs=classes,
            hidden=hidden,
            hidden_activation=str(generator.choice(TRAINABLE)) if hidden else None,
            l2=float(generator.choice([0.0, 0.07])),
            breaks=("no_bias",) if generator.random() < 0.2 else (),
        )

    return list(enumerate(drawn() for _ in range(count)))


@for_each(("number", "settings"), networks(100))
def test_gradient_and_hessian_are_autograds(number, settings):
    """To 1e-9 of their size; the Hessian by its product with a random direction."""
    theta, direction = np.random.default_rng(number).standard_normal((2, settings.parameters.count))
    at = torch.tensor(theta, requires_grad=True)
    (slope,) = torch.autograd.grad(loss_of(settings, at), at, create_graph=True)
    (bend,) = torch.autograd.grad(slope @ torch.tensor(direction), at)
    for mine, theirs in (
        (gradient_at(settings, theta), slope.detach()),
        (hessian_at(settings, theta) @ direction, bend),
    ):
        assert np.abs(mine - theirs.numpy()).max() <= 1e-9 * theirs.abs().max()


@for_each("scale", [1.0, 30.0])
def test_of_two_classes_softmax_is_the_sigmoid_of_a_difference(scale):
    """So two outputs say what one neuron says whose weights are the difference of theirs."""
    data = random_data(40, 3)
    theta = scale * np.random.default_rng(1).standard_normal((2, 4))
    two = Settings(data=data, outputs=2)
    one = Settings(data=data)
    said = predict(two, np.concatenate((theta[:, :3].ravel(), theta[:, 3])))
    difference = said.pre_activation[:, 1] - said.pre_activation[:, 0]
    assert np.abs(said.output[:, 1] - 1 / (1 + np.exp(-difference))).max() <= 1e-15
    alone = predict(one, theta[1] - theta[0])
    np.testing.assert_allclose(said.losses, alone.losses, rtol=1e-12, atol=1e-15)


def test_two_layers_without_a_bend_are_one():
    """z = V·(W·x + b) + c = (V·W)·x + (V·b + c)."""
    data, generator = random_data(20, 3, 4), np.random.default_rng(2)
    W, b, V, c = (generator.standard_normal(shape) for shape in ((2, 3), 2, (4, 2), 4))
    deep = Settings(data=data, hidden=2, hidden_activation="identity")
    said = predict(deep, np.concatenate([part.ravel() for part in (W, b, V, c)]))
    one = predict(Settings(data=data), np.concatenate([(V @ W).ravel(), V @ b + c]))
    np.testing.assert_allclose(said.pre_activation, one.pre_activation, rtol=0, atol=1e-12)
    np.testing.assert_allclose(said.output, one.output, rtol=0, atol=1e-12)


IRIS = (
    "51351402493014024732130246311502503614025439170446341403503415024429140249311501"
    "54371502483416024830140143301101584012025744150454391304513514035738170351381503"
    "54341702513715044636100251331705483419025030160250341604523515025234140247321602"
    "48311602543415045241150155421402493115025032120255351302493614014430130251341502"
    "50351303452313034432130250351606513819044830140351381602463214025337150250331402"
    "70324714643245156931491555234013652846155728451363334716492433106629461352273914"
    "50203510593042156022401061294714562936136731441456304515582741106222451556253911"
    "59324818612840136325491561284712642943136630441468284814673050176029451557263510"
    "55243811552437105827391260275116543045156034451667314715632344135630411355254013"
    "55264412613046145826401250233310562742135730421257294213622943135125301157284113"
    "63336025582751197130592163295618653058227630662149254517732963186725581872366125"
    "65325120642753196830552157255020582851246432532365305518773867227726692360225015"
    "69325723562849207728672063274918673357217232601862284818613049186428562172305816"
    "74286119793864206428562263285115612656147730612363345624643155186030481869315421"
    "67315624693151235827511968325923673357256730522363255019653052206234542359305118"
)
"""Fisher's 150 flowers, 50 of a kind: two digits each for sepal and petal, length and width in mm.

Source: Fisher 1936, The use of multiple measurements in taxonomic problems, Annals of Eugenics 7.
"""

IRIS_WEIGHTS = (
    (-0.8108864500, 0.8404226749, -1.3268463139, -1.2391322980),
    (0.3444115045, -0.3996711964, -0.0862529926, -0.5169588139),
    (0.4664749455, -0.4407514785, 1.4130993065, 1.7560911118),
)
IRIS_INTERCEPTS = (-0.2788275886, 1.3452582952, -1.0664307065)
"""What scikit-learn 1.9.1 finds for the inputs by its StandardScaler with LogisticRegression(
C=1 / 3, solver="newton-cg", tol=1e-14, max_iter=10_000): its Σℓ + ‖W‖²/(2·C), divided by 150, is
the loss with an L2 of 0.01."""


def test_a_run_on_iris_comes_to_the_logistic_regression_of_scikit_learn():
    """Weights to 1e-6; intercepts too, up to what all of them have in common."""
    numbers = np.array([float(IRIS[at : at + 2]) for at in range(0, len(IRIS), 2)]).reshape(150, 4)
    flowers = Dataset(numbers, np.repeat([0.0, 1.0, 2.0], 50), classes=True)
    data = flowers.scaled("standardise")
    trainer = Trainer(Settings(data=data, l2=0.01, learning_rate=1.0, init="zeros"))
    trainer.advance(2_000)
    theta = trainer.history.newest.parameters
    assert np.abs(theta[:12].reshape(3, 4) - IRIS_WEIGHTS).max() < 1e-6
    assert np.ptp(theta[12:] - IRIS_INTERCEPTS) < 1e-6


def test_three_blobs_are_learned_as_by_a_plain_loop():
    """From 1.338 to 0.00586 in 1,000 steps at rate 1, all 90 right, 3 of 9 curvatures 0."""
    settings = Settings("blobs3")
    x, y = (torch.tensor(part) for part in (settings.dataset.inputs, settings.dataset.targets))
    torch.manual_seed(settings.seed)
    model = torch.nn.Linear(2, 3).double()
    optimizer = torch.optim.SGD(model.parameters(), lr=1.0)
    losses = []
    for _ in range(1_001):
        loss = F.cross_entropy(model(x), y.long())
        losses.append(loss.item())
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    trainer = Trainer(settings)
    trainer.advance(1_000)
    mine = [*trainer.history.rows().kept[LOSS][:1_000], trainer.history.newest.loss]
    np.testing.assert_allclose(mine, losses, rtol=1e-12)
    assert (round(losses[0], 4), round(losses[-1], 6)) == (1.3382, 0.005858)
    theta = trainer.history.newest.parameters
    assert np.all(right(settings, predict(settings, theta).output))
    assert curvature_at(settings, theta).zeros == 3


@for_each(("inputs", "classes"), itertools.product((1, 2, 3), (2, 3, 4, 5)))
def test_what_all_classes_have_in_common_has_no_curvature(inputs, classes):
    """D + 1 curvatures are exactly 0, without a penalty; L2 leaves only that of the biases."""
    data = random_data(40, inputs, classes)
    for l2, zeros in ((0.0, inputs + 1), (0.01, 1)):
        settings = Settings(data=data, outputs=classes, l2=l2)
        theta = np.random.default_rng(classes).standard_normal(settings.parameters.count)
        curvature = curvature_at(settings, theta)
        assert curvature.zeros == zeros
        assert curvature.curvatures.min() > 1e-6


@for_each(("classes", "change"), [(2, "outputs"), (3, "data")])
def test_an_output_for_each_class_takes_the_place_of_what_one_output_was_given(classes, change):
    """Of a loss, an activation, a coding and a threshold that were chosen none is left."""
    inputs = np.arange(24.0).reshape(12, 2)
    two, data = (Dataset(inputs, np.arange(12.0) % each, classes=True) for each in (2, classes))
    chosen = {"loss": "mse", "activation": "tanh", "coding": "pm1", "threshold": 0.2}
    after = Settings(data=two, **chosen).replace(**{change: {"data": data, "outputs": 2}[change]})
    assert after == Settings(data=data, outputs=classes)
    assert not chosen.keys() & after.choices.keys()
