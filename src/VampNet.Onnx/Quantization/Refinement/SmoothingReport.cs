using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace VampNet.Onnx.Quantization.Refinement;

/// <summary>The result of <see cref="ChannelSmoother"/>: each activation that a product reads is in one of the two lists.</summary>
/// <param name="Smoothed">The activations whose channels were scaled, in graph order.</param>
/// <param name="Left">Those that stayed, each with the reason.</param>
public sealed record SmoothingReport(ImmutableArray<SmoothedActivation> Smoothed, ImmutableArray<UnsmoothedActivation> Left);

/// <summary>One activation whose channels are smaller or larger than they were.</summary>
/// <param name="Activation">The value's name.</param>
/// <param name="Absorbers">The constants that its channels were divided in.</param>
/// <param name="Rescaled">The values whose channels changed by it: the activation, and those between it and the constants.</param>
/// <param name="Factors">What each channel was divided by, and each row of the weights multiplied by.</param>
public sealed record SmoothedActivation(
    string Activation,
    ImmutableArray<string> Absorbers,
    ImmutableArray<string> Rescaled,
    [property: JsonIgnore] ImmutableArray<float> Factors
);

/// <summary>One activation whose channels are as they were.</summary>
/// <param name="Activation">The value's name.</param>
/// <param name="Reason">Why.</param>
public sealed record UnsmoothedActivation(string Activation, string Reason);
