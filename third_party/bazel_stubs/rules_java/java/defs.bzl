"""The Java rules that Bazel itself carries, as far as its own tools load them."""

java_import = native.java_import
java_runtime = native.java_runtime
java_toolchain = native.java_toolchain
