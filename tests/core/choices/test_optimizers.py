import numpy as np
import torch

from neuroviz.core.choices.optimizers import OPTIMIZERS
from neuroviz.core.choices.schedules import SCHEDULES
from neuroviz.core.choices.settings import Settings
from neuroviz.core.data.dataset import Dataset
from neuroviz.core.model.model import initial_parameters
from neuroviz.core.training.block import Block
from neuroviz.core.training.trainer import Trainer
from tests.core.their_functions import SCHEDULERS
from tests.core.their_optimizers import THEIRS
from tests.for_each import for_each

STEPS, EPOCHS_OF_PERIOD = 80, 100


def period_of(schedule):
    """Return the period of a schedule."""
    return {"step_decay": EPOCHS_OF_PERIOD // 25, "warmup": EPOCHS_OF_PERIOD // 5}.get(
        schedule, EPOCHS_OF_PERIOD
    )


def data():
    """Return 7 samples of 3 inputs in two classes that a plane parts.

    There the gradient does not come near 0, where Adagrad,
    RMSprop and Adam divide rounding errors by themselves.
    """
    inputs = np.random.default_rng(8).standard_normal((7, 3))
    return Dataset(inputs, (inputs @ (1.0, -2.0, 0.5) > 0.2).astype(float), classes=True)


class TorchRun:
    """The notebook's loop.

    Nn.Linear, torch's loss from z, torch.optim and its schedule, batches in order.
    """

    def __init__(self, settings, hyperparameters):
        start, dtype = initial_parameters(settings), getattr(torch, settings.precision)
        self.linear = torch.nn.Linear(3, 1, dtype=dtype)
        with torch.no_grad():
            self.linear.weight.copy_(start[None, :-1])
            self.linear.bias.copy_(start[-1:])
        self.optimizer = THEIRS[settings.optimizer].made(
            self.linear.parameters(), settings.learning_rate, hyperparameters
        )
        self.scheduler = SCHEDULERS[settings.schedule](self.optimizer, period_of(settings.schedule))
        inputs = torch.tensor(data().inputs, dtype=dtype)
        targets = torch.tensor(data().targets, dtype=dtype)[:, None]
        size = settings.samples_per_step
        self.batches = list(zip(inputs.split(size), targets.split(size), strict=True))
        self.parameters = []
        self.rates = []

    def row(self):
        """Note the parameters and the learning rate before a step."""
        self.parameters.append([*self.linear.weight[0].tolist(), self.linear.bias.item()])
        self.rates.append(self.optimizer.param_groups[0]["lr"])

    def run(self, steps):
        """Take so many steps."""
        criterion, position = torch.nn.BCEWithLogitsLoss(), 0
        for _ in range(steps):
            self.row()
            inputs, targets = self.batches[position]
            self.optimizer.zero_grad()
            criterion(self.linear(inputs), targets).backward()
            self.optimizer.step()
            position = (position + 1) % len(self.batches)
            if position == 0:
                self.scheduler.step()
        self.row()

    def state(self, name):
        """Return a tensor of the optimizer's state, weights and bias in one."""
        states = [self.optimizer.state[parameter] for parameter in self.linear.parameters()]
        return torch.cat([state[name].reshape(-1) for state in states]).tolist()


def both(optimizer, schedule, batch, hyperparameters):
    """Return our run and torch's, both after the same number of steps."""
    settings = Settings(
        data=data(),
        optimizer=optimizer,
        schedule=schedule,
        learning_rate=THEIRS[optimizer].rate,
        batch_size=batch,
        seed=4,
        **({} if schedule == "constant" else {"period": period_of(schedule)}),
        **hyperparameters,
    )
    trainer, torch_run = Trainer(settings), TorchRun(settings, hyperparameters)
    assert trainer.advance(STEPS) == STEPS
    torch_run.run(STEPS)
    return trainer, torch_run


def compare(trainer, torch_run):
    """Compare every row's parameters and learning rate."""
    rows = trainer.history.rows()
    ours = np.column_stack([rows.parameter(i) for i in range(4)])
    np.testing.assert_allclose(ours, torch_run.parameters, rtol=1e-10, atol=1e-13)
    np.testing.assert_allclose(rows.columns()["learning_rate"], torch_run.rates, rtol=1e-11)
    assert np.abs(ours[-1] - ours[0]).max() > 1e-3


BATCH_SIZES = (7, 3, 1)
"""All of the samples, a few with a short last batch, and each alone."""


@for_each(("i", "optimizer"), enumerate(THEIRS))
@for_each(("j", "schedule"), enumerate(SCHEDULES))
def test_80_steps_are_torch_s_own(i, optimizer, j, schedule):
    """With torch's defaults every parameter of every row is torch.optim's.

    Every optimizer and schedule meet, and each of them every size of a batch.
    """
    compare(*both(optimizer, schedule, BATCH_SIZES[(i + j) % len(BATCH_SIZES)], {}))


@for_each("optimizer", THEIRS)
def test_hyperparameters_mean_what_they_mean_in_torch(optimizer):
    """With every hyperparameter changed the run is still torch.optim's, and so is the state."""
    theirs = THEIRS[optimizer]
    trainer, torch_run = both(optimizer, "constant", 3, theirs.numbers)
    assert set(theirs.numbers) == {h.name for h in OPTIMIZERS[optimizer].hyperparameters}
    compare(trainer, torch_run)
    state = trainer.history.newest.state
    for name, values in zip(OPTIMIZERS[optimizer].state, state, strict=True):
        np.testing.assert_allclose(
            values, torch_run.state(theirs.state[name]), rtol=1e-9, atol=1e-14
        )


@for_each("optimizer", THEIRS)
def test_torch_code_is_the_optimizer_shown(optimizer):
    """The constructor shown to the reader.

    With its numbers filled in, makes torch's optimizer with them.
    """
    row, numbers = OPTIMIZERS[optimizer], {"learning_rate": 0.25, **THEIRS[optimizer].numbers}
    parameter = torch.nn.Parameter(torch.ones(2))
    shown = eval(row.torch_code.format(**numbers), {"torch": torch, "parameters": [parameter]})
    expected = THEIRS[optimizer].made([parameter], 0.25, THEIRS[optimizer].numbers)
    assert type(shown) is type(expected)
    assert shown.defaults == expected.defaults


def updated(optimizer, start, grad, rate):
    """Return a block of two rows, the second of which is the first after one update."""
    row = OPTIMIZERS[optimizer]
    numbers = {h.name: h.default or 0.0 for h in row.hyperparameters}
    scalars = row.code.scalars(rate, numbers, 0)
    block = Block(1, len(start), len(row.state), len(scalars), row.code.scratch, torch.float64)
    block.grow(2)
    block.write(0, np.array([*start, *grad, *[0.0] * (len(row.state) * len(start))]))
    block.set_scalars([scalars])
    now, then = block.points
    with torch.inference_mode():
        for call in row.code.calls(now, then, numbers):
            call()
    return block


@for_each("optimizer", THEIRS)
def test_an_update_reads_one_row_and_writes_the_next(optimizer):
    """The row it leaves stays as it was.

    Of the next every parameter and every state tensor is written.
    """
    start, grad = [1.0, 2.0, 3.0], [1.0, -2.0, 0.5]
    block = updated(optimizer, start, grad, 0.1)
    now, then = block.points
    assert (now.parameters.tolist(), now.grad.tolist()) == (start, grad)
    assert not any(tensor.any() for tensor in now.state)
    assert not then.grad.any()
    assert all((tensor != 0).all() for tensor in then.state)
    assert (
        torch.sign(then.parameters - now.parameters) == -torch.sign(now.grad)
    ).all() or optimizer == "adamw"
    assert (then.parameters != now.parameters).all()


@for_each("optimizer", THEIRS)
def test_one_update_is_torch_s(optimizer):
    """From any parameters and gradient the next are those of torch.optim's first step."""
    start, grad = [0.5, -3.0, 1e-3, 40.0], [0.25, 1e-5, -7.0, 300.0]
    parameter = torch.nn.Parameter(torch.tensor(start, dtype=torch.float64))
    parameter.grad = torch.tensor(grad, dtype=torch.float64)
    THEIRS[optimizer].made([parameter], 0.03).step()
    ours = updated(optimizer, start, grad, 0.03).points[1].parameters
    np.testing.assert_allclose(ours.numpy(), parameter.detach().numpy(), rtol=1e-14)


@for_each("optimizer", THEIRS)
def test_counts_says_whether_the_number_of_the_update_matters(optimizer):
    """The numbers of the tenth update differ from the first's exactly where its code says so."""
    row = OPTIMIZERS[optimizer]
    numbers = {h.name: h.default or 0.0 for h in row.hyperparameters}
    assert row.code.counts == (
        row.code.scalars(0.1, numbers, 0) != row.code.scalars(0.1, numbers, 9)
    )


@for_each("optimizer", THEIRS)
def test_float32_is_torch_s_float32(optimizer):
    """In float32 fifty steps stay within a few roundings of torch.optim's in float32."""
    trainer = Trainer(
        Settings(data=data(), optimizer=optimizer, learning_rate=0.02, precision="float32", seed=4)
    )
    torch_run = TorchRun(trainer.settings, {})
    torch_run.run(50)
    trainer.advance(50)
    np.testing.assert_allclose(
        trainer.history.newest.parameters, torch_run.parameters[-1], rtol=2e-5
    )
