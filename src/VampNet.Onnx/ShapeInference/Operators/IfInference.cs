namespace VampNet.Onnx.ShapeInference.Operators;

/// <summary>If: the facts that both branches share, or those of the branch that is taken, if known.</summary>
internal static class IfInference
{
    public static void Register(OperatorRegistry registry) => registry.Add(If, "If");

    /// <summary>A branch that is never taken may contradict itself: exporters use If to guard nodes that do not fit the actual
    /// shapes.</summary>
    private static void If(InferenceContext context)
    {
        bool? condition = context.ScalarOf(0) is { } known && known.TryGetConstant(out long number) ? number != 0 : (bool?)null;
        IReadOnlyList<Fact> yes = context.InferSubgraph("then_branch", [], isSilent: condition == false);
        IReadOnlyList<Fact> no = context.InferSubgraph("else_branch", [], isSilent: condition == true);
        context.NeedOutputs(yes.Count);
        context.NeedOutputs(no.Count);
        for (int i = 0; i < context.OutputCount; i++)
        {
            context.Set(
                i,
                condition switch
                {
                    true => yes[i],
                    false => no[i],
                    null => new Fact(TypeMerger.Union(yes[i].Type, no[i].Type)),
                }
            );
        }
    }
}
