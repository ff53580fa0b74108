using System.Collections.Immutable;

namespace VampNet.Validation.Machine;

/// <summary>The parts of this machine that the toolchain uses. It holds facts only; <see cref="MachineAssessment"/> draws conclusions from
/// them.</summary>
public sealed record MachineReport
{
    /// <summary>The operating system with its version, for example <c>Debian GNU/Linux 12 (bookworm)</c>.</summary>
    public required string OperatingSystem { get; init; }

    /// <summary>The .NET runtime identifier of the running process, for example <c>linux-x64</c>.</summary>
    public required string RuntimeIdentifier { get; init; }

    /// <summary>The .NET runtime, for example <c>.NET 10.0.12</c>.</summary>
    public required string DotNet { get; init; }

    /// <summary>The processor's name, or its architecture if the processor does not report one.</summary>
    public required string Processor { get; init; }

    /// <summary>The vector instruction sets among those that inference speed depends on, by the vendors' names, for example
    /// <c>AVX512_VNNI</c>.</summary>
    public required ImmutableArray<string> ProcessorFeatures { get; init; }

    /// <summary>Number of threads that this process may run at once, 1 or more.</summary>
    public required int Cores { get; init; }

    /// <summary>The memory this process may use, in bytes: the machine's, or its container's limit.</summary>
    public required long MemoryBytes { get; init; }

    /// <summary>The C++ standard library, on Linux; null elsewhere.</summary>
    public StandardLibraryFacts? StandardLibrary { get; init; }

    /// <summary>TorchSharp's libtorch; null for a program that is built without it.</summary>
    public required NativeLibraryFacts? Torch { get; init; }

    /// <summary>ONNX Runtime.</summary>
    public required NativeLibraryFacts OnnxRuntime { get; init; }

    /// <summary>The execution providers built into ONNX Runtime, the preferred one first, for example
    /// <c>CPUExecutionProvider</c>.</summary>
    public required ImmutableArray<string> Providers { get; init; }
}

/// <summary>A native library the toolchain loads.</summary>
/// <param name="Version">Its own version; null when it does not load.</param>
/// <param name="LoadError">Reason why it does not load, in the loader's words; null when it does.</param>
public sealed record NativeLibraryFacts(string? Version, string? LoadError)
{
    /// <summary>The library loads.</summary>
    public bool Loads => LoadError is null;
}

/// <summary>The C++ standard library the dynamic loader uses, against what LibTorchSharp asks of it.</summary>
/// <param name="Path">Path of the library; null when the loader finds none.</param>
/// <param name="Newest">The newest GLIBCXX version it defines, for example <c>GLIBCXX_3.4.30</c>; null when it cannot be read.</param>
/// <param name="Needed">The newest GLIBCXX version that LibTorchSharp beside this program insists on; null when it is not there.</param>
/// <param name="Missing">The versions that LibTorchSharp insists on and the library does not define.</param>
public sealed record StandardLibraryFacts(string? Path, string? Newest, string? Needed, ImmutableArray<string> Missing);
