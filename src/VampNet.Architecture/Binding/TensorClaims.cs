using System.Collections.Immutable;
using VampNet.Architecture.Expressions;
using VampNet.Checkpoints;

namespace VampNet.Architecture.Binding;

/// <summary>
/// Tracks which tensors of one checkpoint the model has claimed, and the problems with the rest. Problems are collected, so that one error
/// names them all.
/// </summary>
internal sealed class TensorClaims(string origin, Checkpoint checkpoint)
{
    // A damaged or slightly different model has most of the tensors; in another model at most a few share a name.
    private const int FewTensors = 8;
    private const double MostMissing = 0.9;

    private readonly HashSet<CheckpointTensor> _claimed = [];
    private readonly Dictionary<CheckpointTensor, string> _ignored = [];
    private readonly List<string> _problems = [];
    private int _missing;

    public IReadOnlyList<string> Problems => _problems;

    public string Name => $"{origin} {checkpoint.Path}";

    /// <summary>Whether the checkpoint has hardly any of the expected tensors: then it is another model, and one sentence is clearer than a
    /// list of tensors.</summary>
    private bool IsOther =>
        checkpoint.TensorList.Length > 0 && _missing > FewTensors && _missing > MostMissing * (_missing + _claimed.Count);

    /// <summary>Whether any tensor of the checkpoint is a LoRA factor.</summary>
    public bool HasLora =>
        checkpoint.TensorList.Any(tensor =>
            tensor.Name.EndsWith(".lora_A", StringComparison.Ordinal) || tensor.Name.EndsWith(".lora_B", StringComparison.Ordinal)
        );

    /// <summary>The tensor as a source of weights; null, and a problem noted, when it is missing or does not fit.</summary>
    public TensorSource? Claim(ParameterSpec expected)
    {
        if (!checkpoint.Tensors.TryGetValue(expected.Name, out CheckpointTensor? tensor))
        {
            _missing++;
            _problems.Add($"missing    {expected}");
            return null;
        }

        _claimed.Add(tensor);
        if (!tensor.Shape.SequenceEqual(expected.Shape.Select(dimension => (long)dimension)))
        {
            _problems.Add(
                $"misshapen  {expected.Name}: found [{string.Join(", ", tensor.Shape)}], expected [{string.Join(", ", expected.Shape)}]"
            );
            return null;
        }

        if (
            tensor.ElementType
            is not (TensorElementType.Float32 or TensorElementType.Float64 or TensorElementType.Float16 or TensorElementType.BFloat16)
        )
        {
            _problems.Add($"mistyped   {expected.Name}: found {tensor.ElementType}, expected a floating-point type of 16 bits or more");
            return null;
        }

        return new TensorSource(tensor, expected.Shape);
    }

    /// <summary>Claims a tensor in order to ignore it, for a reason that the ledger states. Its shape must fit nevertheless.</summary>
    public void Ignore(ParameterSpec expected, string reason)
    {
        if (Claim(expected) is { } source)
        {
            _ignored[source.Tensor] = reason;
        }
    }

    /// <summary>Notes every tensor that nobody claimed as a problem.</summary>
    public void RefuseUnclaimed() =>
        _problems.AddRange(checkpoint.TensorList.Where(tensor => !_claimed.Contains(tensor)).Select(tensor => $"unexpected {tensor}"));

    /// <summary>One row per claimed tensor, in the order of the file.</summary>
    public IEnumerable<LedgerRow> Rows(ILookup<CheckpointTensor, BoundWeight> weights) =>
        checkpoint
            .TensorList.Where(_claimed.Contains)
            .Select(tensor => new LedgerRow(
                origin,
                tensor,
                [.. weights[tensor].Select(weight => weight.Name)],
                [.. weights[tensor].SelectMany(weight => weight.Transforms).Distinct()],
                _ignored.GetValueOrDefault(tensor)
            )
            {
                File = CheckpointName.Of(checkpoint.Path),
            });

    /// <summary>Refuses with every problem of every checkpoint, or does nothing when there are none.</summary>
    public static void Settle(params ReadOnlySpan<TensorClaims?> claims)
    {
        foreach (TensorClaims? file in claims)
        {
            if (file is { IsOther: true })
            {
                throw file.Refuse();
            }
        }

        string found = "";
        int count = 0;
        foreach (TensorClaims? file in claims)
        {
            if (file is { Problems.Count: > 0 })
            {
                found += $"\n{file.Name}:\n  {string.Join("\n  ", file.Problems)}";
                count += file.Problems.Count;
            }
        }

        if (count > 0)
        {
            throw new ArchitectureException(
                ArchitectureErrorIds.TensorsMismatch,
                found: $"{count} {(count == 1 ? "tensor that does" : "tensors that do")} not match the configuration in "
                    + $"metadata.kwargs.{found}",
                expected: "exactly the parameters that the configuration implies",
                advice: "Check that the file is complete and belongs to this model"
            );
        }
    }

    private ArchitectureException Refuse() =>
        new(
            ArchitectureErrorIds.UnknownModel,
            found: $"an unknown model as {Name}: of the {_missing + _claimed.Count} tensors that its metadata.kwargs implies, it lacks "
                + $"{_missing}; it has {checkpoint.TensorList.Length} tensors, such as {checkpoint.TensorList[0].Name}",
            expected: "the tensors of upstream's own classes",
            advice: "Give a checkpoint that upstream's code saved: a fork that renamed or replaced modules cannot be converted"
        );
}
