"""Right answers to CPCModel in other styles."""

import torch
import torch.nn.functional as F
from torch import nn


class kernels_as_long_as_strides(nn.Module):
    """No padding needed: each feature hears its own 32 samples and no other."""

    def __init__(self, channels, dim, context_dim):
        super().__init__()
        self.conv1 = nn.Conv1d(channels, dim, kernel_size=4, stride=4)
        self.conv2 = nn.Conv1d(dim, dim, kernel_size=4, stride=4)
        self.conv3 = nn.Conv1d(dim, dim, kernel_size=2, stride=2)
        self.rnn = nn.GRU(dim, context_dim, batch_first=True)

    def encode(self, x):
        x = F.relu(self.conv1(x))
        x = F.relu(self.conv2(x))
        return F.relu(self.conv3(x)).permute(0, 2, 1)

    def context(self, z):
        c, _ = self.rnn(z)
        return c


class kernels_of_the_paper(nn.Module):
    """10, 8 and 4; the GRU in PyTorch's own order of dimensions."""

    def __init__(self, channels, dim, context_dim):
        super().__init__()
        self.encoder = nn.Sequential(
            nn.Conv1d(channels, dim, 10, 4, 3, bias=False),
            nn.ReLU(inplace=True),
            nn.Conv1d(dim, dim, 8, 4, 2, bias=False),
            nn.ReLU(inplace=True),
            nn.Conv1d(dim, dim, 4, 2, 1, bias=False),
            nn.ReLU(inplace=True),
        )
        self.autoregressor = nn.GRU(dim, context_dim)

    def encode(self, x):
        return torch.einsum("bdl->bld", self.encoder(x))

    def context(self, z):
        out, _ = self.autoregressor(z.transpose(0, 1))
        return out.transpose(0, 1)


class past_samples_only(nn.Module):
    """Padding on the left alone; a GRU cell in a loop."""

    def __init__(self, channels, dim, context_dim):
        super().__init__()
        self.convs = nn.ModuleList(
            [nn.Conv1d(channels, dim, 8, 4), nn.Conv1d(dim, dim, 8, 4), nn.Conv1d(dim, dim, 4, 2)]
        )
        self.cell = nn.GRUCell(dim, context_dim)

    def encode(self, x):
        for conv in self.convs:
            x = conv(F.pad(x, (conv.kernel_size[0] - conv.stride[0], 0))).clamp(min=0)
        return x.mT

    def context(self, z):
        state, contexts = z.new_zeros(len(z), self.cell.hidden_size), []
        for step in z.unbind(dim=1):
            state = self.cell(step, state)
            contexts.append(state)
        return torch.stack(contexts, dim=1)


class linear_layers(nn.Module):
    """Each convolution as a linear layer of windows that do not overlap; a first state written out; strides 2, 4, 4."""

    def __init__(self, channels, dim, context_dim):
        super().__init__()
        self.sizes = (2, 4, 4)
        widths = (channels, dim, dim)
        self.layers = nn.ModuleList(nn.Linear(size * width, dim) for size, width in zip(self.sizes, widths))
        self.gru, self.context_dim = nn.GRU(dim, context_dim, 1, True, True), context_dim

    def encode(self, x):
        z = x.transpose(1, 2)
        for size, layer in zip(self.sizes, self.layers):
            z = torch.relu(layer(z.reshape(z.shape[0], z.shape[1] // size, -1)))
        return z

    def context(self, z):
        first = torch.zeros(1, z.shape[0], self.context_dim, dtype=z.dtype, device=z.device)
        return self.gru(z, first)[0]


class lazy_layers(nn.Module):
    """Layers that take their shapes from the first batch; two layers of GRU."""

    def __init__(self, channels, dim, context_dim):
        super().__init__()
        shapes = ((8, 4, 2), (8, 4, 2), (4, 2, 1))
        self.convolutions = nn.ModuleList(nn.LazyConv1d(dim, *shape) for shape in shapes)
        self.gru = nn.GRU(dim, context_dim, num_layers=2, batch_first=True)
        self.encode(torch.zeros(1, channels, 32))

    def encode(self, x):
        for convolution in self.convolutions:
            x = torch.maximum(convolution(x), torch.zeros(()))
        return x.transpose(-1, -2)

    def context(self, z):
        contexts, _ = self.gru(z)
        return contexts


class gates_by_hand(nn.Module):
    """The GRU written out (Cho et al., 2014), over z and state side by side; weights drawn by He's rule."""

    def __init__(self, channels, dim, context_dim):
        super().__init__()
        self.first = nn.Conv1d(channels, dim, 12, stride=4, padding=4)
        self.second = nn.Conv1d(dim, dim, 6, stride=4, padding=1)
        self.third = nn.Conv1d(dim, dim, 2, stride=2)
        for convolution in (self.first, self.second, self.third):
            nn.init.kaiming_normal_(convolution.weight)
        self.gates = nn.Linear(dim + context_dim, 2 * context_dim)
        self.candidate = nn.Linear(dim + context_dim, context_dim)
        self.context_dim = context_dim

    def encode(self, x):
        for convolution in (self.first, self.second, self.third):
            x = convolution(x)
            x = x * (x > 0)
        return x.transpose(1, 2)

    def context(self, z):
        state, seen = torch.zeros(z.shape[0], self.context_dim, device=z.device), []
        for t in range(z.shape[1]):
            reset, update = self.gates(torch.cat([z[:, t], state], dim=1)).sigmoid().chunk(2, dim=1)
            new = self.candidate(torch.cat([z[:, t], reset * state], dim=1)).tanh()
            state = (1 - update) * state + update * new
            seen.append(state)
        return torch.stack(seen, dim=1)


class taken_every_fourth(nn.Module):
    """Convolutions without a stride, of whose outputs most are left out."""

    def __init__(self, channels, dim, context_dim):
        super().__init__()
        self.wide, self.middle = nn.Conv1d(channels, dim, 9, padding="same"), nn.Conv1d(dim, dim, 9, padding="same")
        self.narrow = nn.Conv1d(dim, dim, 5, padding="same")
        self.gru = nn.GRU(dim, context_dim, batch_first=True)

    def encode(self, x):
        x = self.wide(x)[..., ::4].relu()
        x = self.middle(x)[..., ::4].relu()
        return self.narrow(x)[..., ::2].relu().swapaxes(1, 2)

    def context(self, z):
        return self.gru(z)[0]
