using System.Collections.Immutable;
using VampNet.Architecture.Expressions;
using VampNet.Checkpoints;

namespace VampNet.Architecture.Binding;

/// <summary>Binds the tensors of a transformer's checkpoint, its codec's tables and an optional LoRA file to the merged weights.</summary>
internal sealed class TransformerBinding(TransformerConfiguration configuration, Checkpoint transformer, Checkpoint codec, Checkpoint? lora)
{
    private const string Overlaid = "replaced by the LoRA file";
    private static readonly ImmutableArray<string> LoraMerged = [$"lora-merge(alpha/r=1/{TransformerManifest.LoraRank})"];

    private readonly TensorClaims _transformer = new("transformer", transformer);
    private readonly TensorClaims _codec = new("codec", codec);
    private readonly TensorClaims? _lora = lora is null ? null : new("lora", lora);
    private readonly WeightCollection _weights = new();

    public (IReadOnlyDictionary<string, BoundWeight> Weights, BindingLedger Ledger) Bind()
    {
        foreach ((int index, ParameterSpec table) in TransformerManifest.Tables(configuration).Index())
        {
            _weights.Add(table.Name, _codec.Claim(table with { Name = CodecManifest.Codebook(index) }));
        }

        TensorClaims? loraHolder = _lora ?? (_transformer.HasLora ? _transformer : null);
        foreach (ParameterSpec parameter in TransformerManifest.Merged(configuration).Skip(configuration.Codebooks))
        {
            Bind(parameter, loraHolder);
        }

        IgnoreUnused();
        _transformer.RefuseUnclaimed();
        _lora?.RefuseUnclaimed();
        TensorClaims.Settle(_transformer, _codec, _lora);
        ILookup<CheckpointTensor, BoundWeight> bySource = _weights.BySource();
        return (
            _weights.ByName,
            new BindingLedger([.. _transformer.Rows(bySource), .. _codec.Rows(bySource), .. _lora?.Rows(bySource) ?? []])
        );
    }

    private void IgnoreUnused()
    {
        if (_lora is not null && _transformer.HasLora)
        {
            foreach (ParameterSpec factor in TransformerManifest.LoraOnly(configuration))
            {
                _transformer.Ignore(factor, Overlaid);
            }
        }
    }

    private void Bind(ParameterSpec parameter, TensorClaims? loraHolder)
    {
        switch (parameter.Name)
        {
            case "embedding.out_proj.weight":
                BindWithoutKernelAxis(parameter);
                break;
            case "classifier.weight":
                BindClassifier(parameter);
                break;
            case "classifier.bias":
                _weights.Add(parameter.Name, _transformer.Claim(parameter with { Name = "classifier.layers.0.bias" }));
                break;
            case var name when loraHolder is not null && TransformerManifest.CarriesLora(name):
                BindMerged(parameter, loraHolder);
                break;
            default:
                _weights.Add(parameter.Name, _transformer.Claim(parameter));
                break;
        }
    }

    private void BindWithoutKernelAxis(ParameterSpec parameter)
    {
        TensorSource? source = _transformer.Claim(parameter with { Shape = parameter.Shape.Add(1) });
        _weights.Add(parameter.Name, source is null ? null : new Reshaping(source, parameter.Shape), [], [source]);
    }

    private void BindClassifier(ParameterSpec parameter)
    {
        const string Upstream = "classifier.layers.0.weight";
        TensorSource? magnitude = _transformer.Claim(ParameterSpec.Of($"{Upstream}_g", parameter.Shape[0], 1, 1));
        TensorSource? direction = _transformer.Claim(ParameterSpec.Of($"{Upstream}_v", parameter.Shape[0], parameter.Shape[1], 1));
        Reshaping? folded =
            magnitude is null || direction is null
                ? null
                : new Reshaping(new WeightNormFold(Upstream, magnitude, direction), parameter.Shape);
        _weights.Add(parameter.Name, folded, ["weight-norm-fold(axis=0)"], [magnitude, direction]);
    }

    private void BindMerged(ParameterSpec parameter, TensorClaims loraHolder)
    {
        TensorSource? weight = _transformer.Claim(parameter);
        ParameterSpec[] factors = [.. TransformerManifest.LoraOf(parameter)];
        TensorSource? a = loraHolder.Claim(factors[0]);
        TensorSource? b = loraHolder.Claim(factors[1]);
        LoraMerge? merged = weight is null || a is null || b is null ? null : new LoraMerge(weight, a, b, TransformerManifest.LoraScale);
        _weights.Add(parameter.Name, merged, LoraMerged, [weight, a, b]);
    }
}
