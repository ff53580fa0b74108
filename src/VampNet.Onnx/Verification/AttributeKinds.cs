using System.Collections.Frozen;
using VampNet.Onnx.ShapeInference;

namespace VampNet.Onnx.Verification;

/// <summary>
/// The kind of each attribute of the operators that shape inference knows. A name means one kind wherever it occurs, but
/// for the few listed with their operators.
/// </summary>
/// <remarks>Source: docs/Changelog.md of onnx/onnx from opset 7 on, and ContribOperators.md of ONNX Runtime.</remarks>
internal static class AttributeKinds
{
    /// <summary>The opset from which the names below have these kinds; shape inference follows none older.</summary>
    private const int FirstOpset = 7;

    private static readonly FrozenDictionary<string, AttributeKind> ByName = Index(
        (
            AttributeKind.Int,
            "K N accuracy_level align_corners allowzero antialias axis batch_axis batch_dims bits block_size blocksize broadcast "
                + "ceil_mode center_point_box chunk_size "
                + "count_include_pad detect_negative detect_positive do_rotary dtype end exclude_outside exclusive fmod group "
                + "hidden_size ignore_index input_forget "
                + "interleaved inverse is_case_sensitive is_causal is_packed_batching k keepdims kv_num_heads largest layout "
                + "left_window_size linear_before_reset "
                + "max_gram_length max_skip_count maxsplit min_gram_length new_axis noop_with_empty_axes num_groups num_heads "
                + "num_outputs num_scan_inputs "
                + "offset_group onesided output_datatype output_dtype output_height output_sequence output_width p periodic "
                + "precision q_num_heads "
                + "qk_matmul_output_mode reverse right_window_size rotary_embedding_dim sample_size sampling_ratio saturate seed "
                + "select_last_index size softmax_precision "
                + "sorted start stash_type storage_order time_axis to training_mode transA transB transBatchA transBatchB "
                + "unidirectional upper value_int"
        ),
        (
            AttributeKind.Float,
            "alpha beta bias clip cubic_coeff_a decay_factor epsilon extrapolation_value gamma high lambd low mask_filter_value "
                + "max mean min momentum "
                + "norm_coefficient norm_coefficient_post ratio scale softcap spatial_scale value_float"
        ),
        (
            AttributeKind.String,
            "activation approximate auto_pad case_change_action coordinate_transformation_mode delimiter direction equation "
                + "keep_aspect_ratio_policy "
                + "locale mode nearest_mode padding_mode pattern pixel_format reduction round_mode value_string"
        ),
        (
            AttributeKind.Ints,
            "axes dilations ends kernel_shape ngram_counts ngram_indexes output_padding output_shape pads perm pool_int64s "
                + "pooled_shape scan_input_axes "
                + "scan_input_directions scan_output_axes scan_output_directions shape split starts strides value_ints"
        ),
        (AttributeKind.Floats, "activation_alpha activation_beta activation_params scales value_floats weights"),
        (AttributeKind.Strings, "activations pool_strings stopwords value_strings"),
        (AttributeKind.Tensor, "value"),
        (AttributeKind.SparseTensor, "sparse_value"),
        (AttributeKind.Graph, "body else_branch then_branch"),
        (AttributeKind.Type, "type")
    );

    private static readonly FrozenDictionary<(string OpType, string Name), AttributeKind> Exceptions = new Dictionary<
        (string, string),
        AttributeKind
    >
    {
        [("Pad", "value")] = AttributeKind.Float,
        [("Scaler", "scale")] = AttributeKind.Floats,
        [("GroupNorm", "activation")] = AttributeKind.Int,
        [("FusedGemm", "activation_alpha")] = AttributeKind.Float,
        [("FusedGemm", "activation_beta")] = AttributeKind.Float,
        [("Bernoulli", "seed")] = AttributeKind.Float,
        [("Multinomial", "seed")] = AttributeKind.Float,
        [("RandomNormal", "seed")] = AttributeKind.Float,
        [("RandomNormalLike", "seed")] = AttributeKind.Float,
        [("RandomUniform", "seed")] = AttributeKind.Float,
        [("RandomUniformLike", "seed")] = AttributeKind.Float,
    }.ToFrozenDictionary();

    /// <summary>The names of the table.</summary>
    public static IEnumerable<string> Names => ByName.Keys;

    /// <summary>The kind that an attribute must have; null when the operator or the attribute is not known.</summary>
    /// <param name="node">The node that carries it.</param>
    /// <param name="version">The imported version of the node's domain.</param>
    /// <param name="name">The attribute's name.</param>
    public static AttributeKind? Of(Node node, int version, string name)
    {
        bool isStandard = node.Domain is "" or "ai.onnx";
        if ((isStandard && version < FirstOpset) || OperatorRegistry.Default.Find(node.Domain, node.OpType, version) is null)
        {
            return null;
        }

        return Exceptions.TryGetValue((node.OpType, name), out AttributeKind special) ? special
            : ByName.TryGetValue(name, out AttributeKind kind) ? kind
            : null;
    }

    private static FrozenDictionary<string, AttributeKind> Index(params ReadOnlySpan<(AttributeKind Kind, string Names)> groups)
    {
        Dictionary<string, AttributeKind> kinds = new(StringComparer.Ordinal);
        foreach ((AttributeKind kind, string names) in groups)
        {
            foreach (string name in names.Split(' '))
            {
                kinds.Add(name, kind);
            }
        }

        return kinds.ToFrozenDictionary(StringComparer.Ordinal);
    }
}
