using System.Collections.Frozen;

namespace VampNet.Runtime.Models;

/// <summary>The options of ONNX Runtime's CUDA provider that an application may set, by name.</summary>
/// <remarks>Source: "CUDA Execution Provider, Configuration Options" of ONNX Runtime's documentation, and the names in the provider's
/// library, version 1.31.0. Options that hold addresses of the process are left out, and so is the device, which has a setting of its
/// own.</remarks>
public static class CudaOptions
{
    private static readonly FrozenSet<string> Switches = FrozenSet.Create(
        "cudnn_conv1d_pad_to_nc1d",
        "cudnn_conv_use_max_workspace",
        "do_copy_in_default_stream",
        "enable_cuda_graph",
        "enable_cudnn",
        "enable_skip_layer_norm_strict_mode",
        "fuse_conv_bias",
        "prefer_nhwc",
        "tunable_op_enable",
        "tunable_op_tuning_enable",
        "use_ep_level_unified_stream",
        "use_tf32"
    );

    private static readonly FrozenDictionary<string, string[]> Words = new Dictionary<string, string[]>
    {
        ["arena_extend_strategy"] = ["kNextPowerOfTwo", "kSameAsRequested"],
        ["cudnn_conv_algo_search"] = ["EXHAUSTIVE", "HEURISTIC", "DEFAULT"],
    }.ToFrozenDictionary();

    private static readonly FrozenSet<string> Numbers = FrozenSet.Create(
        "gpu_mem_limit",
        "sdpa_kernel",
        "tunable_op_max_tuning_duration_ms"
    );

    /// <summary>All names, in order.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. Switches.Concat(Words.Keys).Concat(Numbers).Order(StringComparer.Ordinal)];

    /// <summary>Checks an option.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="value">Its value.</param>
    /// <returns>Expectation that the option does not meet; null when nothing is wrong.</returns>
    public static string? Fault(string name, string value)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(value);
        return Switches.Contains(name)
            ? value is "0" or "1"
                ? null
                : "0 or 1"
            : Words.TryGetValue(name, out string[]? words)
                ? words.Contains(value, StringComparer.Ordinal)
                    ? null
                    : $"one of {string.Join(", ", words)}"
                : Numbers.Contains(name)
                    ? value.Length is > 0 and <= 18 && value.All(char.IsAsciiDigit)
                        ? null
                        : "a whole number"
                    : $"one of the options {string.Join(", ", Names)}";
    }
}
