using VampNet.Checkpoints;

namespace VampNet.Architecture.Binding;

/// <summary>Binds the tensors of a codec's checkpoint to its folded weights.</summary>
internal sealed class CodecBinding(CodecConfiguration configuration, Checkpoint codec)
{
    public (IReadOnlyDictionary<string, BoundWeight> Weights, BindingLedger Ledger) Bind()
    {
        var claims = new TensorClaims("codec", codec);
        var weights = new WeightCollection();
        foreach (ParameterSpec parameter in CodecManifest.Folded(configuration))
        {
            if (CodecManifest.HasWeightNorm(parameter))
            {
                ParameterSpec[] parts = [.. CodecManifest.Unfold(parameter)];
                weights.AddFolded(parameter.Name, claims.Claim(parts[0]), claims.Claim(parts[1]));
            }
            else
            {
                weights.Add(parameter.Name, claims.Claim(parameter));
            }
        }

        claims.RefuseUnclaimed();
        TensorClaims.Settle(claims);
        return (weights.ByName, new BindingLedger([.. claims.Rows(weights.BySource())]));
    }
}
