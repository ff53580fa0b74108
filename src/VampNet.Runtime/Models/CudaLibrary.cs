namespace VampNet.Runtime.Models;

/// <summary>A library that the CUDA provider needs.</summary>
/// <param name="Name">The file's name.</param>
/// <param name="Part">What it is part of: the driver, CUDA or cuDNN with its version.</param>
/// <param name="IsLinked">Whether the provider does not load without it; else it is opened when an operator needs it.</param>
/// <param name="Path">Where it was found; null when in none of the folders.</param>
/// <param name="Loads">Whether the system's loader takes it.</param>
public sealed record CudaLibrary(string Name, string Part, bool IsLinked = true, string? Path = null, bool Loads = false);
