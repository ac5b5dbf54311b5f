# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright (C) 2026 the gimp-spade authors
"""The table of golden cases: one row, one checkpoint, one rendered picture."""

from dataclasses import dataclass

from spade_reference import Config


@dataclass
class Case:
    name: str
    why: str                  # what would go unseen without this case
    config: Config
    size: tuple               # rendered height, width
    seg: str = "all"          # all | single (one class) | unlabeled (that class only)
    instances: bool = False   # a map of 16-bit instance ids, else edges of the segmap
    form: str = "zip"         # torch.save: zip | legacy; or model, the program's own file
    dtype: str = "f32"        # f32 | f16 | bf16, as stored
    layout: str = "plain"     # plain | views (weights share a storage) | channels-last
    prefix: str = ""          # "module." of data-parallel training
    style: tuple = (40, 52)   # size of the style image, with an encoder
    salt: int = 0             # another seed, where a term was too quiet with the first
    norms: bool = False       # also keep head_0's modulated and activated norms
    noise_seed: int = 0       # where the generator has noise
    nested: bool = False      # the state dict is one entry, "net_G", of a training's file
    averaging: bool = False   # before the average stands some of its network, unused

    @property
    def file_name(self):
        """Of the generator's weights."""
        return f"models/{self.name}.safetensors" if self.form == "model" else f"{self.name}.pth"

    @property
    def encoder_file_name(self):
        """Of the style encoder's weights; imaginaire's are in the generator's file."""
        return self.file_name if self.config.generator == "imaginaire" \
            else f"{self.name}-encoder.pth"


def row(name, why, size, case=None, **config):
    small = dict(nf=1, nhidden=2, n_classes=5, unlabeled=False, edge=False, crop_size=64)
    return Case(name, why, Config(**{**small, **config}), size, **(case or {}))


CASES = [
    row("normal-syncbatch", "the plain case, with head_0's norms", (64, 64),
        dict(norms=True, salt=1), nhidden=3),
    row("normal-batch-k5-edge", "5x5 modulation, 16-bit instance ids", (64, 64),
        dict(instances=True, form="legacy", norms=True, salt=1), norm="batch", kernel=5,
        n_classes=4, edge=True),
    row("normal-instance", "instance norm of the picture at hand, unlabeled pixels", (64, 64),
        dict(form="legacy", dtype="f16", norms=True), norm="instance", unlabeled=True),
    row("normal-other-size", "no VAE, not at the crop size, odd base 3x1, module. prefix",
        (96, 32), dict(instances=True, form="legacy", prefix="module."), n_classes=4,
        unlabeled=True, edge=True),
    row("normal-single-class", "one class everywhere, no edge anywhere", (64, 32),
        dict(seg="single", dtype="bf16"), edge=True, unlabeled=True),
    row("normal-plain-convs", "no spectral norm; a map that is all unlabeled", (32, 64),
        dict(seg="unlabeled", dtype="f16"), norm="batch", spectral=False, unlabeled=True),
    row("normal-nf4-views", "64 channels; weights are views into one storage", (64, 64),
        dict(layout="views", form="legacy"), nf=4, nhidden=6, n_classes=4),
    row("normal-vae", "6-layer style encoder of a 256 crop; base 1x8", (32, 256),
        dict(form="legacy", dtype="f16"), z_dim=8, edge=True, crop_size=256, aspect=8.0,
        encoder="spectralinstance"),
    row("normal-vae-oblong", "base 2x5, halves rounded to even; 5-layer encoder", (64, 160),
        dict(dtype="f16"), z_dim=8, unlabeled=True, crop_size=160, aspect=2.0,
        encoder="spectralinstance"),
    row("normal-vae-beyond", "rendered at 3x3, beyond the trained base 1x2", (96, 96),
        dict(form="legacy", dtype="f16"), z_dim=8, aspect=2.0, nhidden=3),
    row("normal-vae-below", "rendered at 2x3, below 8x8; encoder without norm; tall style",
        (64, 96), dict(style=(300, 24), dtype="f16", salt=1), z_dim=8, crop_size=256,
        encoder="spectral", unlabeled=True, edge=True),
    row("normal-vae-z256", "the public z size; f16 encoder; module. prefix", (64, 64),
        dict(form="legacy", dtype="f16", prefix="module."), z_dim=256, nhidden=3,
        encoder="spectralinstance"),
    row("more-channels-last", "'more'; weights stored with channels-last strides", (128, 64),
        dict(layout="channels-last"), upsampling="more", norm="batch", unlabeled=True, edge=True),
    row("more-vae-instance-k5", "'more', base 1x2, instance norm of two values", (64, 128),
        dict(form="legacy", instances=True, dtype="f16"), upsampling="more", norm="instance",
        kernel=5, n_classes=4, edge=True, z_dim=8, crop_size=128, aspect=2.0),
    row("most-nf3-views", "'most'; odd widths, up_4 halves 3 to 1", (128, 128),
        dict(layout="views", salt=2), upsampling="most", nf=3, crop_size=128,
        unlabeled=True, edge=True),
    row("most-vae-bf16", "'most' with a VAE; bf16 storages", (128, 128),
        dict(form="legacy", dtype="bf16", salt=4), upsampling="most", nf=2, z_dim=8, norm="batch",
        crop_size=128),
    row("coco-stuff-f16", "the COCO-Stuff channels: 182 + unlabeled + edge", (64, 64),
        dict(form="legacy", dtype="f16", instances=True), n_classes=182, unlabeled=True,
        edge=True),
    row("oasis", "OASIS: z beside the map, unlabeled first, module. prefix; base 2x3", (64, 96),
        dict(form="legacy", dtype="f16", prefix="module.", salt=2), oasis=True, z_dim=64,
        nhidden=3, unlabeled=True),
    row("oasis-coco-stuff-f16", "the channels of OASIS's COCO-Stuff: z, unlabeled, 182", (64, 64),
        dict(dtype="f16", salt=1), oasis=True, z_dim=64, nhidden=1, n_classes=182,
        unlabeled=True),
    row("oasis-instance-k5", "OASIS without 3D noise; 5x5, instance norm", (64, 64),
        dict(), oasis=True, norm="instance", kernel=5),
    row("clade", "CLADE: a scale and a shift a class, edges joined to each norm", (64, 96),
        dict(form="legacy", instances=True, norms=True, salt=1), clade=True, unlabeled=True,
        edge=True),
    row("clade-ade20k-f16", "the channels of CLADE's ADE20K: 151 and no edges", (64, 64),
        dict(dtype="f16", prefix="module."), clade=True, n_classes=151),
    row("clade-instance", "CLADE with instance norm, which edges are not part of", (64, 64),
        dict(dtype="f16"), clade=True, norm="instance", n_classes=4, edge=True),
    row("clade-vae-most", "CLADE with a VAE and up_4, whose fc makes the joined channel", (128, 128),
        dict(form="legacy", dtype="f16", salt=2), clade=True, upsampling="most", nf=2, z_dim=8,
        n_classes=4, edge=True, crop_size=256, aspect=2.0),
    row("imaginaire", "the other public GauGAN, its style encoder in the same file", (64, 96),
        dict(form="legacy", dtype="f16", prefix="module.", nested=True), kernel=5,
        unlabeled=True, edge=True, crop_size=256, z_dim=8, encoder="imaginaire", encoder_nf=2,
        generator="imaginaire"),
    row("imaginaire-lhq", "the channels of LHQ's, one unused; the average beside its network",
        (64, 64), dict(layout="views", prefix="module.averaged_model.", nested=True,
                       averaging=True, salt=42), upsampling="more", kernel=5,
        n_classes=182, n_unused=1, unlabeled=True, crop_size=512, z_dim=8,
        encoder="imaginaire", encoder_nf=2, output_multiplier=0.5, spectral=False,
        generator="imaginaire"),
    row("imaginaire-most", "three pictures added up; an average alone", (128, 64),
        dict(form="legacy", dtype="f16", prefix="averaged_model.", salt=10),
        upsampling="most", nf=2, n_classes=4, crop_size=1024, z_dim=8, spectral=False,
        generator="imaginaire"),
    row("normal-vae-noise", "noise in each SPADE layer, a seed of 64 bits; a model file",
        (64, 96), dict(form="model", norms=True, noise_seed=0xfedcba9876543210), noise=True,
        z_dim=8, nhidden=3, norm="batch", spectral=False),
    row("normal-instance-noise-k5", "noise beside instance norm, which does not see it",
        (64, 160), dict(form="model", noise_seed=1), noise=True, norm="instance", kernel=5,
        n_classes=4, edge=True, spectral=False),
]
