using VampNet.Checkpoints;

namespace VampNet.Architecture.Binding;

/// <summary>Recognizes the attention of a transformer by the names of its tensors. The setting <c>flash_attn</c> is not reliable: it is the
/// class's default, and converted checkpoints keep it.</summary>
internal static class AttentionKinds
{
    private const string Place = "transformer.layers.0.self_attn.",
        JointProjection = Place + "Wqkv.weight",
        QueryProjection = Place + "w_qs.weight";

    /// <summary>The attention of a checkpoint. One without any attention passes as relative: binding lists what it lacks.</summary>
    /// <exception cref="ArchitectureException">VNA0206: it has another kind.</exception>
    public static AttentionKind Identify(Checkpoint transformer)
    {
        if (transformer.Tensors.ContainsKey(JointProjection))
        {
            return AttentionKind.Flash;
        }

        string[] names =
        [
            .. transformer
                .TensorList.Select(tensor => tensor.Name)
                .Where(name => name.StartsWith(Place, StringComparison.Ordinal))
                .Select(name => name[Place.Length..]),
        ];
        return
            names.Length == 0
            || transformer.Tensors.ContainsKey(QueryProjection)
            || names.Any(name => name.StartsWith("w_", StringComparison.Ordinal))
            ? AttentionKind.Relative
            : throw new ArchitectureException(
                ArchitectureErrorIds.AttentionUnknown,
                found: $"an attention of {string.Join(", ", names.Take(8))}{(names.Length > 8 ? " and more" : "")} in "
                    + $"{transformer.Path}, at {Place[..^1]}",
                expected: "w_qs, w_ks, w_vs and fc (relative positions) or Wqkv and out_proj (flash_attn)",
                advice: "The checkpoint is of a fork whose attention cannot be converted"
            );
    }
}
