"""Give me tokens: samplers know ids only, no messages, templates, tasks or rewards."""

from __future__ import annotations

from qhdata.sampling.base import Completion, Request, Sampler, Weights, uniform

SAMPLERS = {  # name in a recipe -> class; imported on first use (`hf` needs torch)
    "hf": "qhdata.sampling.hf:HfSampler",
    "server": "qhdata.sampling.server:ServerSampler",
    "scripted": "qhdata.sampling.scripted:ScriptedSampler",
}

__all__ = ["SAMPLERS", "Completion", "Request", "Sampler", "Weights", "uniform"]
