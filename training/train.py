# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright (C) 2026 the gimp-spade authors
"""Train the generator, the style encoder and the discriminator.

Everything a run needs to go on is in RUN/checkpoint.pt; it is written every
few minutes, at the end and on SIGTERM. A crop of 128 pixels from a picture of
256 is a window of the same base grid, so a run can begin with cheap crops and
end with whole pictures without a change of scale.
"""

import argparse
import contextlib
import copy
import csv
import os
import signal
import time

import torch
import torch.nn.functional as F

import data
import features
import losses
import model
import prior
import restart
import sheet
import tone
from convolution import fold_norms

BASE_WEIGHTS = {"gan": 1.0, "match": 10.0, "perceptual": 2.0, "texture": 2.0, "colour": 10.0,
                "detail": 0.0, "pixel": 0.0, "kl": 0.02, "tone": 4.0, "anchor": 15.0, "excess": 2.0,
                "activity": 2.0, "outline": 0.0, "steps": 0.0, "weave": 0.0}


class Trainer:
    """The networks, their averages and optimizers."""

    def __init__(self, args):
        self.args, self.step, self.pictures = args, 0, 0
        last = {"memory_format": torch.channels_last}
        self.config = {"nf": args.nf, "n_hidden": args.n_hidden, "z_dim": args.z_dim,
                       "encoder_nf": args.encoder_nf}
        path = os.path.join(args.run_dir, "checkpoint.pt")
        state = torch.load(path, map_location="cpu") if os.path.exists(path) else None
        tensors = None
        if state:
            self.config = state["config"]
        elif args.begin_from:
            tensors, shipped = restart.read_safetensors(args.begin_from)
            self.config = restart.run_config(shipped)
        self.config.setdefault("critic_nf", args.critic_nf)
        c = self.config
        self.generator = model.Generator(c["nf"], c["n_hidden"], c["z_dim"]).to(args.device, **last)
        self.encoder = model.Encoder(c["encoder_nf"], c["z_dim"]).to(args.device, **last)
        self.network = features.load(args.features, args.device)
        self.critic = model.Discriminator(c["critic_nf"], widths=self.network.WIDTHS).to(args.device, **last)
        if tensors:
            restart.load_generator(self.generator, tensors)
            restart.load_encoder(self.encoder, tensors)
            self.generator.smooth_base()
            for module in self.generator.modules():
                if isinstance(module, model.Noise) and not module.strength.any():
                    module.strength.data.normal_(0, 0.1)
        self.tone, self.is_frozen, self.matched = None, False, None
        self.average = copy.deepcopy(self.generator).requires_grad_(False)
        self.average_encoder = copy.deepcopy(self.encoder).requires_grad_(False)
        noise = [m.strength for m in self.generator.modules() if isinstance(m, model.Noise)]
        known = {id(p) for p in noise}
        others = [p for part in (self.generator, self.encoder) for p in part.parameters()
                  if id(p) not in known]
        self.optimizer_g = torch.optim.Adam(
            [{"params": others}, {"params": noise, "faster": 5}], args.rate_g, betas=(args.beta1, 0.99))
        feature_critics = {"params": self.critic.feature_critics.parameters(), "faster": 3}
        self.optimizer_d = torch.optim.Adam(
            [{"params": self.critic.critics.parameters()}, feature_critics],
            args.rate_d, betas=(args.beta1, 0.99))
        if state:
            self.load_state(state)

    def begin_style(self, sampler):
        """Fits the tone to a pool, once a run, and gives generator and encoder a first idea of it."""
        if self.args.begin_from:
            self.tone = tone.Tone.fit(sampler, device=self.args.device, encoder=self.encoder)
            return
        self.tone = tone.Tone.fit(sampler, device=self.args.device)
        tone.seed_style(self.generator, self.encoder)
        error = tone.teach_encoder(self.encoder, self.tone, sampler, self.args.teach_steps,
                                   self.args.device)
        print(f"the encoder reads the tone with a mean squared error of {error:.3f}", flush=True)
        self.average = copy.deepcopy(self.generator).requires_grad_(False)
        self.average_encoder = copy.deepcopy(self.encoder).requires_grad_(False)

    def freeze_norm(self, sampler):
        """From here on batch norm is a constant, and a style not relative to others of its batch."""
        has_statistics = self.is_frozen or (self.args.begin_from and self.step == 0)
        if not has_statistics:
            sheet.calibrate(self.generator, self.encoder, sampler, 12, device=self.args.device)
        self.generator.train()
        for module in self.generator.modules():
            if isinstance(module, torch.nn.BatchNorm2d):
                module.eval()
        self.is_frozen = True

    def match_prior(self, pools):
        """From here on the prior's samples are of the mean and spread that all codes have now."""
        mean, covariance = prior.aggregate(self.average_encoder, pools, max(48, 2 * len(pools)),
                                           self.args.device)
        self.matched = mean, torch.linalg.cholesky(covariance)

    def draw(self, z):
        """As many z of the prior, some of them nearer to 0 or farther: styles of users are."""
        z = torch.randn_like(z) * torch.empty(len(z), 1, device=z.device).uniform_(0.7, 1.4)
        return z if self.matched is None else self.matched[0] + z @ self.matched[1].t()

    def set_rates(self, share):
        """Of what the arguments say."""
        for optimizer, rate in ((self.optimizer_g, self.args.rate_g),
                                (self.optimizer_d, self.args.rate_d)):
            for group in optimizer.param_groups:
                group["lr"] = share * rate * group.get("faster", 1)

    def parts(self):
        return {name: getattr(self, name) for name in
                ("generator", "encoder", "critic", "average", "average_encoder",
                 "optimizer_g", "optimizer_d")}

    def load_state(self, state):
        self.step, self.pictures = state["step"], state["pictures"]
        self.is_frozen = state.get("frozen_norm", False)
        if "tone" in state:
            self.tone = tone.Tone(*(t.to(self.args.device) for t in state["tone"]))
        optimizers = self.optimizer_g, self.optimizer_d
        # Not as the run was begun, but as the code and the arguments are now.
        faster = [[group.get("faster", 1) for group in optimizer.param_groups] for optimizer in optimizers]
        for name, part in self.parts().items():
            if name in state:  # without a critic in it, a run begins a new one
                part.load_state_dict(state[name])
        for optimizer, own in zip(optimizers, faster):
            for group, times in zip(optimizer.param_groups, own):
                group["betas"], group["faster"] = (self.args.beta1, 0.99), times
        fold_norms(self.generator, self.optimizer_g, self.average)
        fold_norms(self.critic, self.optimizer_d)

    def save(self):
        state = {name: part.state_dict() for name, part in self.parts().items()}
        state.update(step=self.step, pictures=self.pictures, config=self.config,
                     tone=self.tone.state(), frozen_norm=self.is_frozen)
        path = os.path.join(self.args.run_dir, "checkpoint.pt")
        torch.save(state, path + ".part")
        os.replace(path + ".part", path)

    def update_average(self):
        decay = min(self.args.ema, (1 + self.step) / (10 + self.step))
        with torch.no_grad():
            for slow, fast in ((self.average, self.generator),
                               (self.average_encoder, self.encoder)):
                targets, sources = list(slow.parameters()), list(fast.parameters())
                torch._foreach_lerp_(targets, sources, 1 - decay)
                for target, source in zip(slow.buffers(), fast.buffers()):
                    target.copy_(source)

    def autocast(self):
        return torch.autocast(self.args.device, torch.bfloat16)

    @staticmethod
    def is_given(batch):
        """Whether the batch's styles are those its samples shall have; else they go around among the swapped."""
        return batch.all_paired or batch.are_strangers

    def style(self, batch, n_paired, n_swapped):
        """z of each sample: its own picture's, then another picture's, then the prior's.

        Gives z, the KL term and how far the code is from the first numbers of mu.
        """
        with self.autocast():
            mu, logvar = self.encoder(batch.styles)
        anchor = F.mse_loss(mu[:, :tone.N_CODE], self.tone.code(batch.styles))
        z = mu + torch.randn_like(mu) * (0.5 * logvar).exp()
        end = n_paired + n_swapped
        swapped = z if self.is_given(batch) else z.roll(1, 0)
        z = torch.cat([z[:n_paired], swapped[n_paired:end], self.draw(z[end:])])
        return z, losses.kl(mu, logvar), anchor

    def wanted_tones(self, batch, z, first, end):
        """Those of the style pictures as style() gives them out, of samples first to end, then what z asks for.

        Where the true picture in that style is there, it knows better: a beach is brighter than a lake in
        the same light. With a way back to z the encoder would learn to ask for less.
        """
        if batch.all_paired:
            styles = batch.pictures
        else:
            styles = batch.styles if batch.are_strangers else batch.styles.roll(1, 0)
        given = tone.describe(styles[first:end])
        return torch.cat([given, self.tone.target(z[end:].detach())])

    def described(self, fake, true):
        """The frozen network's features of either."""
        with self.autocast():
            of_fake = self.network.features(fake)
            with torch.no_grad():
                return of_fake, self.network.features(true)

    def measure_features(self, sampler):
        """Shows a new critic what features are usual."""
        with torch.no_grad(), self.autocast():
            pictures = sampler.batch(16, self.args.device).pictures
            self.critic.mixer.measure(self.network.features(pictures))

    def train_critic(self, fake, batch, described, onehot, n_paired):
        """Gives the loss and the critic's features of the paired true pictures."""
        n = len(fake)
        with self.autocast():
            outputs = self.critic(torch.cat([fake.detach(), batch.pictures]),
                                  [torch.cat([f.detach(), t]) for f, t in zip(*described)], onehot)
        loss = losses.hinge_discriminator(outputs, n, batch.agreed)
        self.optimizer_d.zero_grad()
        loss.backward()
        self.optimizer_d.step()
        targets = [[f[n:n + n_paired].detach() for f in output] for output in outputs]
        return loss.detach(), targets

    def adversarial(self, fake, described, onehot, targets, agreed):
        self.critic.requires_grad_(False)
        with self.autocast():
            outputs = self.critic(fake, described, onehot)
        self.critic.requires_grad_(True)
        terms = {"gan": losses.hinge_generator(outputs, agreed)}
        if len(targets[0][0]):
            terms["match"] = losses.feature_matching(outputs, targets)
        return terms

    @staticmethod
    def paired(fake, batch, described):
        """The terms of samples that have a true picture."""
        n = len(fake)
        true, channels = batch.pictures[:n], batch.channels[:n]
        terms = {}
        terms["perceptual"], terms["texture"] = losses.perceptual(
            *([f[:n] for f in either] for either in described), channels)
        terms["colour"] = losses.colour(fake, true, channels)
        terms["detail"], terms["steps"] = losses.detail(fake, true, channels)
        terms["pixel"] = losses.pixel(fake, true)
        terms["outline"] = losses.outline(fake, true, channels)
        return terms

    def count_unpaired(self, batch):
        """(swapped, of the prior): samples of the batch that no true picture answers."""
        n = len(batch.pictures)
        if batch.are_strangers:
            return n, 0
        if self.step < self.args.warmup or batch.all_paired:
            return 0, 0
        n_swapped, n_prior = share_out(self.args, n)
        # A crop says too little of the tone of its whole picture.
        return n_swapped if batch.windows is None else 0, n_prior

    def train_step(self, batch, weights):
        n = len(batch.pictures)
        has_critic = self.step >= self.args.warmup
        n_swapped, n_prior = self.count_unpaired(batch)
        n_paired = n - n_swapped - n_prior
        onehot = data.to_onehot(batch.channels, torch.bfloat16).contiguous(
            memory_format=torch.channels_last)
        z, kl, anchor = self.style(batch, n_paired, n_swapped)
        with self.autocast():
            fake = self.generator(z, batch.channels, batch.grid, batch.windows, batch.levels)
        if batch.agreed is not None:
            fake = torch.where(batch.agreed[:, None], fake, batch.pictures)
        described = self.described(fake, batch.pictures)
        terms, row = {"kl": kl, "anchor": anchor}, {}
        terms["excess"], terms["activity"] = self.generator.penalties()
        if has_critic:
            row["critic"], targets = self.train_critic(fake, batch, described, onehot, n_paired)
            terms.update(self.adversarial(fake, described[0], onehot, targets, batch.agreed))
        if n_paired:
            terms.update(self.paired(fake[:n_paired], batch, described))
        terms["weave"] = losses.weave(fake, batch.channels)
        if batch.windows is None:
            # Others than their own style: the samples after the pairs, or all of one mood.
            first = 0 if batch.all_paired else n_paired
            if first < n:
                # A tree that is to be as blue as a sky gets a blue crown: what is solid has its colour already.
                is_solid = losses.is_solid(batch.channels)[:, None]
                terms["tone"] = self.tone.distance(torch.where(is_solid, fake.detach(), fake)[first:],
                                                   self.wanted_tones(batch, z, first, n - n_prior))
        ramp = min(1.0, max(0, self.step - self.args.warmup) / 500)
        total = sum(weights[k] * v * (ramp if k in ("gan", "match") else 1)
                    for k, v in terms.items())
        self.optimizer_g.zero_grad()
        total.backward()
        norm = torch.nn.utils.clip_grad_norm_(self.generator.parameters(), self.args.clip)
        self.optimizer_g.step()
        self.generator.smooth_base()
        self.step, self.pictures = self.step + 1, self.pictures + n
        self.update_average()
        row.update({k: v.detach() for k, v in terms.items()}, norm=norm)
        return row


def log_row(run_dir, trainer, row, speed):
    path = os.path.join(run_dir, "losses.csv")
    names = ["critic", "gan", "match", "perceptual", "texture", "colour", "kl", "norm", "tone", "anchor",
             "pixel", "detail", "steps", "excess", "activity", "outline", "weave"]
    is_new = not os.path.exists(path)
    with open(path, "a", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        if is_new:
            writer.writerow(["step", "pictures", "pictures_per_second"] + names)
        writer.writerow([trainer.step, trainer.pictures, f"{speed:.2f}"]
                        + [f"{float(row.get(k, 0)):.4g}" for k in names])


def share_out(args, n):
    """Of a batch of n pictures, how many have a swapped style and how many one of the prior: as in a whole batch,
    rounded down, and none of a single one."""
    if n == 1:
        return 0, 0
    return args.swap * n // args.batch, args.prior * n // args.batch


def sort_by_size(paths):
    """Lists of the pools of one size, in the order in which sizes come first."""
    groups = {}
    for path in paths:
        pool = data.Pool(path)
        groups.setdefault(pool.size, []).append(pool)
    return list(groups.values())


def make_samplers(args):
    """One for the pools of each size, whose pictures count alike, and one for all pools of one mood
    together; and how many pictures a batch of each has. So half of all batches are of moods where pools
    are of one size."""
    def make(pools, size, weights=None, **options):
        if args.device != "cpu":
            return data.DeviceSampler(pools, size, args.device, paints=args.paint, **options)
        return data.MixedSampler([data.Sampler(pool, size, time.time_ns(), paints=args.paint, **options)
                                  for pool in pools], weights)
    def count_natural(n, is_whole):
        # A crop has no samples of another style (train_step).
        n_swapped, n_prior = share_out(args, n)
        return n_prior + (n_swapped if is_whole else 0)
    few = max(args.batch // 4, 1)
    samplers, counts = [], []
    for paths, size, n in (args.pool, args.size, args.batch), (args.large_pool, 2 * args.size, few):
        for pools in sort_by_size(paths):
            is_whole = pools[0].size <= size
            is_alone = size > args.size and n == 1 and is_whole and args.swap
            samplers.append(make(pools, size, [pool.count for pool in pools], strangers=0.5 if is_alone else 0,
                                 n_natural=count_natural(n, is_whole)))
            counts.append(n)
    for paths, size, n in (args.mood_pool, args.size, args.batch), (args.large_mood_pool, 2 * args.size, few):
        if paths:
            samplers.append(make([data.Pool(path) for path in paths], size, other_style=0.75))
            counts.append(n)
    return samplers, counts


def parse_arguments():
    p = argparse.ArgumentParser(description="Train, or go on training, the run in --run-dir.")
    p.add_argument("--run-dir", required=True, help="a folder outside the checkout")
    p.add_argument("--begin-from", metavar="MODEL", help="an exported .safetensors, for a new run")
    p.add_argument("--teach-steps", type=int, default=1500,
                   help="steps that show a new encoder the tone")
    p.add_argument("--pool", required=True, nargs="+", help="one or several NAME-SIZE.raw")
    p.add_argument("--freeze-norm", action="store_true",
                   help="measure batch norm's statistics now, or take those of --begin-from, and keep "
                   "them from here on")
    p.add_argument("--mood-pool", nargs="*", default=[],
                   help="pools of one mood each (spade-scenes --style); in turn with the other pools")
    p.add_argument("--large-mood-pool", nargs="*", default=[], help="the same, of twice the side")
    p.add_argument("--large-pool", nargs="*", default=[],
                   help="pools of which crops have twice the side, and batches a quarter")
    p.add_argument("--held-out", required=True, help="pool for the sample sheets")
    p.add_argument("--features", required=True, metavar="WEIGHTS", help="of EfficientNet-Lite0, or of a segmenter")
    p.add_argument("--size", type=int, default=128, help="pixels of a crop")
    p.add_argument("--batch", type=int, default=8)
    p.add_argument("--prior", type=int, default=1, help="samples of a batch with z from the prior")
    p.add_argument("--swap", type=int, default=0, help="samples with the style of another picture")
    p.add_argument("--minutes", type=float, default=60)
    p.add_argument("--steps", type=int, help="stop after so many, if the minutes are not over before")
    p.add_argument("--warmup", type=int, default=1000, help="steps before the discriminator")
    p.add_argument("--nf", type=int, default=16)
    p.add_argument("--n-hidden", type=int, default=48)
    p.add_argument("--z-dim", type=int, default=64)
    p.add_argument("--encoder-nf", type=int, default=24)
    p.add_argument("--critic-nf", type=int, default=32)
    p.add_argument("--rate-g", type=float, default=3e-4)
    p.add_argument("--rate-d", type=float, default=4e-4)
    p.add_argument("--paint", action="store_true",
                   help="the pools have natural maps: paint over them, and leave out what then "
                   "disagrees with the picture")
    p.add_argument("--decay-from", type=float, default=1, metavar="SHARE",
                   help="after that share of the minutes the rates fall, to a twentieth at the end")
    p.add_argument("--match-prior", action="store_true",
                   help="draw z of the prior's samples as prior.py will move them")
    p.add_argument("--beta1", type=float, default=0.5)
    p.add_argument("--ema", type=float, default=0.998)
    p.add_argument("--clip", type=float, default=50)
    p.add_argument("--weights", nargs="*", default=[], metavar="TERM=W", help=f"{BASE_WEIGHTS}")
    p.add_argument("--sheet-minutes", type=float, default=5)
    p.add_argument("--device", default="cpu")
    return p.parse_args()


def learn(trainer, batches, save, stop, args):
    """Until the minutes or the steps are over, or there is something in stop."""
    weights = BASE_WEIGHTS | {k: float(v) for k, v in (w.split("=") for w in args.weights)}
    start = last_log = last_sheet = time.time()
    count, row = 0, {}
    last_step = trainer.step + args.steps if args.steps else float("inf")
    for batch in batches:
        passed = (time.time() - start) / (args.minutes * 60)
        if stop or passed > 1 or trainer.step >= last_step:
            break
        trainer.set_rates(min(1, max(0.05, (1 - passed) / max(1 - args.decay_from, 1e-9))))
        row = trainer.train_step(batch, weights)
        count += len(batch.pictures)
        if trainer.step % 25 == 0:
            log_row(args.run_dir, trainer, row, count / (time.time() - last_log))
            last_log, count = time.time(), 0
        if time.time() - last_sheet > args.sheet_minutes * 60:
            save()
            last_sheet = last_log = time.time()
            count = 0


def main():
    args = parse_arguments()
    os.makedirs(args.run_dir, exist_ok=True)
    stop = []
    signal.signal(signal.SIGTERM, lambda *_: stop.append(True))
    torch.manual_seed(time.time_ns() % 2**31)
    trainer = Trainer(args)
    samplers, counts = make_samplers(args)
    if not trainer.tone:
        trainer.begin_style(samplers[0])
    if not trainer.critic.mixer.is_measured():
        trainer.measure_features(samplers[-1])
    if args.freeze_norm:
        trainer.freeze_norm(samplers[-1])
    if args.match_prior:
        trainer.match_prior([data.Pool(path) for path in args.pool + args.mood_pool])

    def save():
        trainer.save()
        sheet.write_for_run(args.run_dir, args.held_out, samplers[0], args.device)
    if args.device == "cpu":
        batches = data.fetch_ahead(samplers, counts)
    else:
        batches = data.take_turns(samplers, counts, args.device)
    with contextlib.closing(batches):
        learn(trainer, batches, save, stop, args)
    save()


if __name__ == "__main__":
    main()
