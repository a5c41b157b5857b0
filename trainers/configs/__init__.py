"""One preset a data set: the defaults that `--dataset=NAME` starts from."""
