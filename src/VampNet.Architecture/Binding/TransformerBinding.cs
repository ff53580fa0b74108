using System.Collections.Immutable;
using VampNet.Architecture.Expressions;
using VampNet.Checkpoints;

namespace VampNet.Architecture.Binding;

/// <summary>Binds the tensors of a transformer's checkpoint, its codec's tables and an optional LoRA file to the merged weights.</summary>
internal sealed class TransformerBinding(TransformerConfiguration configuration, Checkpoint transformer, Checkpoint codec, Checkpoint? lora)
{
    private const string NotFed = "upstream's generate() does not feed control signals";
    private const string Overlaid = "replaced by the LoRA file";
    private static readonly ImmutableArray<string> LoraMerged = [$"lora-merge(alpha/r=1/{TransformerManifest.LoraRank})"];

    private readonly TensorClaims _transformer = new("transformer", transformer);
    private readonly TensorClaims _codec = new("codec", codec);
    private readonly TensorClaims? _lora = lora is null ? null : new("lora", lora);
    private readonly WeightCollection _weights = new();

    public (IReadOnlyDictionary<string, BoundWeight> Weights, BindingLedger Ledger) Bind()
    {
        TensorClaims? loraHolder = _lora ?? (_transformer.HasLora ? _transformer : null);
        foreach (ParameterSpec parameter in TransformerManifest.Merged(configuration))
        {
            Bind(parameter, loraHolder);
        }

        foreach (ParameterSpec control in TransformerManifest.ControlEncoder(configuration))
        {
            _transformer.Ignore(control, NotFed);
        }

        if (_lora is not null && _transformer.HasLora)
        {
            foreach (ParameterSpec factor in TransformerManifest.LoraOnly(configuration))
            {
                _transformer.Ignore(factor, Overlaid);
            }
        }

        _transformer.RefuseUnclaimed();
        _lora?.RefuseUnclaimed();
        TensorClaims.Settle(_transformer, _codec, _lora);
        ILookup<CheckpointTensor, BoundWeight> bySource = _weights.BySource();
        return (_weights.ByName, new BindingLedger([.. _transformer.Rows(bySource), .. _codec.Rows(bySource), .. _lora?.Rows(bySource) ?? []]));
    }

    private void Bind(ParameterSpec parameter, TensorClaims? loraHolder)
    {
        (string name, ImmutableArray<int> shape) = parameter;
        if (name.StartsWith("embedding.codebooks.", StringComparison.Ordinal))
        {
            int index = int.Parse(name["embedding.codebooks.".Length..]);
            _weights.Add(name, _codec.Claim(parameter with { Name = CodecManifest.Codebook(index) }));
        }
        else if (name == "embedding.out_proj.weight")
        {
            BindWithoutKernelAxis(parameter);
        }
        else if (name == "classifier.weight")
        {
            TensorSource? magnitude = _transformer.Claim(ParameterSpec.Of("classifier.layers.0.weight_g", shape[0], 1, 1));
            TensorSource? direction = _transformer.Claim(ParameterSpec.Of("classifier.layers.0.weight_v", shape[0], shape[1], 1));
            BindClassifier(name, shape, magnitude, direction);
        }
        else if (name == "classifier.bias")
        {
            _weights.Add(name, _transformer.Claim(parameter with { Name = "classifier.layers.0.bias" }));
        }
        else if (loraHolder is not null && TransformerManifest.CarriesLora(name))
        {
            BindMerged(parameter, loraHolder);
        }
        else
        {
            _weights.Add(name, _transformer.Claim(parameter));
        }
    }

    private void BindWithoutKernelAxis(ParameterSpec parameter)
    {
        TensorSource? source = _transformer.Claim(parameter with { Shape = parameter.Shape.Add(1) });
        _weights.Add(parameter.Name, source is null ? null : new Reshaping(source, parameter.Shape), [], [source]);
    }

    private void BindClassifier(string name, ImmutableArray<int> shape, TensorSource? magnitude, TensorSource? direction)
    {
        WeightExpression? folded = magnitude is null || direction is null
            ? null
            : new Reshaping(new WeightNormFold("classifier.layers.0.weight", magnitude, direction), shape);
        _weights.Add(name, folded, ["weight-norm-fold(axis=0)"], [magnitude, direction]);
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
