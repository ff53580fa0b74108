// libtorch has one source of randomness in a process: a test that seeds it must not run beside another that draws from it.
[assembly: Xunit.v3.Parallelization(Mode = Xunit.Sdk.ParallelMode.None)]
