"""Engines of faiss over distinct codes; see `Engine` for their methods."""

import math

import numpy as np

from tf_dnnh.search.hamming.faiss_library import faiss, threads_for
