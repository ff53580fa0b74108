using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace VampNet.Onnx.Quantization.Refinement;

/// <summary>The result of <see cref="ChannelSmoother"/>: each activation that a product reads is in one of the two lists.</summary>
/// <param name="Smoothed">The activations whose channels were scaled, in graph order.</param>
/// <param name="Left">Those that stayed, each with the reason.</param>
public sealed record SmoothingReport(ImmutableArray<SmoothedActivation> Smoothed, ImmutableArray<UnsmoothedActivation> Left);

/// <summary>An activation whose channels were rescaled.</summary>
/// <param name="Activation">The value's name.</param>
/// <param name="Absorbers">The constants that absorbed the division of its channels.</param>
/// <param name="Rescaled">The values whose channels changed by it: the activation, and those between it and the constants.</param>
/// <param name="Factors">The factors by which channels were divided and weight rows multiplied.</param>
public sealed record SmoothedActivation(
    string Activation,
    ImmutableArray<string> Absorbers,
    ImmutableArray<string> Rescaled,
    [property: JsonIgnore] ImmutableArray<float> Factors
);

/// <summary>An activation whose channels were not rescaled.</summary>
/// <param name="Activation">The value's name.</param>
/// <param name="Reason">Reason why it was not scaled.</param>
public sealed record UnsmoothedActivation(string Activation, string Reason);
