using VampNet.Onnx;

namespace VampNet.Export.Step;

/// <summary>Writes one sampling step as a graph: codes and the transformer's logits to the next codes. A host without sampling code
/// runs the two graphs in turns.</summary>
public static class StepEmitter
{
    /// <summary>The operator set that step graphs use unless another is asked for: the oldest that is supported.</summary>
    public const int DefaultOpset = ExportOptions.MinimumOpset;

    /// <summary>
    /// Emits the graph. Inputs, in this order: codes int64 [B,C,T] with MASK = V; logits float32 [B,T,P,V]; the scalars step int64 (from
    /// 0), steps int64, temperature float32, mask_temperature float32, top_p float32 (1 keeps all), sample_cutoff float64 and
    /// masked_at_start int64 (MASK codes before the first step, whole batch); then token_exponential float32 [B*T*P,V] and mask_uniform
    /// float32 [B,T*P], or seed uint64 and draws int64 (draws made before this step). Outputs: next_codes int64 [B,C,T], tokens int64
    /// [B,C,T] without MASK in the predicted codebooks, and, with a seed, next_draws int64.
    /// </summary>
    /// <param name="shape">The transformer that the step serves.</param>
    /// <param name="noise">Source of random numbers.</param>
    /// <param name="options">Operator set and provenance. Every operator belongs to the standard.</param>
    public static Model Emit(StepShape shape, StepNoise noise, ExportOptions options)
    {
        ArgumentNullException.ThrowIfNull(shape);
        ArgumentNullException.ThrowIfNull(options);
        int codebooks = shape.Codebooks,
            predicted = shape.PredictedCodebooks,
            vocabulary = shape.VocabularySize;
        string name = shape.ConditioningCodebooks == 0 ? "vampnet.coarse_step" : "vampnet.c2f_step";
        Emission emission = new(name, new Dictionary<string, Architecture.BoundWeight>(), options with { Target = ExportTarget.Portable });
        GraphBuilder graph = emission.Graph;
        Module step = new(emission, "step");
        (Dim batch, Dim frames) = (Dim.Symbol("B"), Dim.Symbol("T"));
        Value codes = graph.Input("codes", ElementType.Int64, batch, Dim.Of(codebooks), frames);
        Value logits = graph.Input("logits", ElementType.Float, batch, frames, Dim.Of(predicted), Dim.Of(vocabulary));
        Value index = graph.Input("step", ElementType.Int64),
            steps = graph.Input("steps", ElementType.Int64);
        Value temperature = graph.Input("temperature", ElementType.Float),
            maskTemperature = graph.Input("mask_temperature", ElementType.Float),
            topP = graph.Input("top_p", ElementType.Float);
        Value cutoff = graph.Input("sample_cutoff", ElementType.Double);
        Value maskedAtStart = graph.Input("masked_at_start", ElementType.Int64);

        // Tokens are numbered as the logits lie: piece, frame, codebook.
        (Value? conditioning, Value unknown) = Split(step, codes, shape);
        Value byFrame = step.Op("Transpose", "by_frame", [unknown], ("perm", new long[] { 0, 2, 1 }));
        Value known = step.Op("Reshape", "known", [byFrame, graph.Constant([-1L, 1L])]);
        Value isMask = step.Op("Equal", "is_mask", [known, step.Integer(vocabulary)]);
        Value tokensPerPiece = step.Op("Mul", "tokens_per_piece", [step.Length("frames", codes, 2), graph.Constant([(long)predicted])]);
        Value pieceShape = step.Join("piece_shape", step.Length("batch", codes, 0), tokensPerPiece);
        Value masked = step.Op("Reshape", "masked", [isMask, pieceShape]);
        Value stillMasked = step.Op(
            "ReduceSum",
            "still_masked",
            [step.Cast("masked.int64", masked, ElementType.Int64), graph.Constant([1L])],
            ("keepdims", 0)
        );

        Value rows = step.Op("Reshape", "rows", [logits, graph.Constant([-1L, vocabulary])]);
        Value draws = DrawsHere(step, index, steps, cutoff);
        (Value exponential, Value uniform, Value? nextDraws) = Noise(step, noise, batch, frames, shape, draws, rows, pieceShape);
        (Value chosen, Value probability) = TokenChoiceEmitter.Emit(
            step["choice"],
            rows,
            exponential,
            draws,
            temperature,
            topP,
            vocabulary
        );
        Value sampled = step.Op("Where", "sampled", [isMask, chosen, known]);

        Value progress = MaskScheduleEmitter.Progress(step["schedule"], index, steps);
        Value count = MaskScheduleEmitter.CountToMask(step["schedule"], progress, index, steps, maskedAtStart, stillMasked, tokensPerPiece);
        Value rest = step.Op("Sub", "rest", [graph.Constant(1f), progress]);
        Value givenUp = RemaskEmitter.Emit(
            step["remask"],
            step.Op("Reshape", "probability", [probability, pieceShape]),
            masked,
            uniform,
            step.Op("Mul", "noise_weight", [maskTemperature, rest]),
            count,
            tokensPerPiece
        );
        Value next = step.Op(
            "Where",
            "next",
            [step.Op("Reshape", "given_up", [givenUp, graph.Constant([-1L, 1L])]), step.Integer(vocabulary), sampled]
        );
        Value frameShape = step.Op("Shape", "frame_shape", [byFrame]);
        foreach ((string role, Value tokens) in new[] { ("next_codes", next), ("tokens", sampled) })
        {
            Value grid = step.Op("Reshape", $"{role}.by_frame", [tokens, frameShape]);
            Value result = step.Op("Transpose", $"{role}.predicted", [grid], ("perm", new long[] { 0, 2, 1 }));
            result = conditioning is null ? result : step.Op("Concat", $"{role}.all", [conditioning, result], ("axis", 1));
            graph.Output(result, role, ElementType.Int64, batch, Dim.Of(codebooks), frames);
        }

        if (nextDraws is not null)
        {
            graph.Output(nextDraws, "next_draws", ElementType.Int64);
        }

        return emission.Finish(shape.ConfigurationJson);
    }

    private static (Value? Conditioning, Value Predicted) Split(Module step, Value codes, StepShape shape)
    {
        if (shape.ConditioningCodebooks == 0)
        {
            return (null, codes);
        }

        Value[] parts = step.Graph.Nodes(
            "Split",
            step.Name("split"),
            [codes, step.Graph.Constant([(long)shape.ConditioningCodebooks, shape.PredictedCodebooks])],
            [step.Name("conditioning"), step.Name("predicted")],
            [("axis", 1)]
        );
        return (parts[0], parts[1]);
    }

    // Step i of n draws where i / n, in float64 as upstream computes it, is at most the cutoff.
    private static Value DrawsHere(Module step, Value index, Value steps, Value cutoff)
    {
        Value done = step.Op(
            "Div",
            "done",
            [step.Cast("step.float64", index, ElementType.Double), step.Cast("steps.float64", steps, ElementType.Double)]
        );
        return step.Op("Not", "draws", [step.Op("Greater", "past_cutoff", [done, cutoff])]);
    }

    private static (Value Exponential, Value Uniform, Value? NextDraws) Noise(
        Module step,
        StepNoise noise,
        Dim batch,
        Dim frames,
        StepShape shape,
        Value draws,
        Value rows,
        Value pieceShape
    )
    {
        Dim tokens = frames * Dim.Of(shape.PredictedCodebooks);
        if (noise == StepNoise.Given)
        {
            Value exponential = step.Graph.Input("token_exponential", ElementType.Float, batch * tokens, Dim.Of(shape.VocabularySize));
            return (exponential, step.Graph.Input("mask_uniform", ElementType.Float, batch, tokens), null);
        }

        Value seed = step.Graph.Input("seed", ElementType.UInt64);
        Value before = step.Graph.Input("draws", ElementType.Int64);
        SeededDrawsEmitter generator = new(step["draws"], seed);
        Value tokenDraw = step.Op("Add", "token_draw", [before, step.Cast("draws.int64", draws, ElementType.Int64)]);
        Value maskDraw = step.Op("Add", "mask_draw", [tokenDraw, step.Integer(1)]);
        Value exponentials = generator.Exponentials(tokenDraw, step.Length("row_count", rows, 0), shape.VocabularySize);
        return (exponentials, generator.Uniforms(maskDraw, pieceShape), maskDraw);
    }
}
