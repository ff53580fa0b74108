namespace VampNet.Runtime.Models;

/// <summary>A library that the CUDA provider needs.</summary>
/// <param name="Name">The file's name.</param>
/// <param name="Part">What it is part of: the driver, CUDA or cuDNN with its version.</param>
/// <param name="IsLinked">True if the provider does not load without it; false if it is opened only when an operator needs it.</param>
/// <param name="Path">Where it was found; null when in none of the folders.</param>
/// <param name="Loads">Whether the system's loader loads it.</param>
public sealed record CudaLibrary(string Name, string Part, bool IsLinked = true, string? Path = null, bool Loads = false);
