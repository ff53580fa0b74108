namespace VampNet.Architecture.Binding;

/// <summary>
/// Binds the tensors of a codec's checkpoint to its folded weights. A convolution may be saved as direction and magnitude
/// (<c>weight_v</c>, <c>weight_g</c>; in newer PyTorch <c>parametrizations.weight.original1</c> and <c>original0</c>) or folded.
/// </summary>
/// <param name="source">The checkpoint and its whole configuration.</param>
/// <param name="configuration">The configuration to bind: the source's, or one of fewer codebooks.</param>
internal sealed class CodecBinding(CodecSource source, CodecConfiguration configuration)
{
    private const string LeftOut = "of a codebook that was not asked for";

    private readonly TensorClaims _claims = new("codec", source.Checkpoint);

    public (IReadOnlyDictionary<string, BoundWeight> Weights, BindingLedger Ledger) Bind()
    {
        var weights = new WeightCollection();
        foreach (ParameterSpec parameter in CodecManifest.Folded(configuration))
        {
            ParameterSpec[] parts = [.. PartsOf(parameter)];
            if (parts is [var magnitude, var direction])
            {
                weights.AddFolded(parameter.Name, _claims.Claim(magnitude), _claims.Claim(direction));
            }
            else
            {
                weights.Add(parameter.Name, _claims.Claim(parts[0]));
            }
        }

        foreach (ParameterSpec parameter in CodecManifest.Codebooks(source.Configuration, configuration.Codebooks).SelectMany(PartsOf))
        {
            _claims.Ignore(parameter, LeftOut);
        }

        _claims.RefuseUnclaimed();
        TensorClaims.Settle(_claims);
        return (weights.ByName, new BindingLedger([.. _claims.Rows(weights.BySource())]));
    }

    // The tensors of the file that make up a folded weight: itself, or magnitude and direction.
    private IEnumerable<ParameterSpec> PartsOf(ParameterSpec folded)
    {
        string name = source.NameOf(folded.Name);
        ParameterSpec named = folded with { Name = name };
        if (!CodecManifest.HasWeightNorm(folded) || source.Checkpoint.Tensors.ContainsKey(name))
        {
            return [named];
        }

        ParameterSpec[] parts = [.. CodecManifest.Unfold(named)];
        string parametrized = $"{name[..^".weight".Length]}.parametrizations.weight.original";
        return source.Checkpoint.Tensors.ContainsKey($"{parametrized}0")
            ? [parts[0] with { Name = $"{parametrized}0" }, parts[1] with { Name = $"{parametrized}1" }]
            : parts;
    }
}
