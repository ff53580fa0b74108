namespace VampNet.Onnx.ShapeInference.Operators;

/// <summary>NegativeLogLikelihoodLoss and SoftmaxCrossEntropyLoss: a loss for each target, or one for all.</summary>
internal static class LossInference
{
    public static void Register(OperatorRegistry registry) => registry.Add(Loss, "NegativeLogLikelihoodLoss", "SoftmaxCrossEntropyLoss");

    private static void Loss(InferenceContext context)
    {
        TensorShape? scores = context.ShapeOf(0, 2);
        TensorShape? targets = context.ShapeOf(1) ?? (scores is null ? null : new TensorShape([scores[0], .. scores.Skip(2)]));
        if (scores is not null && targets is not null && scores.Rank != targets.Rank + 1)
        {
            throw context.Refuse(
                InferenceDiagnosticIds.RankMismatch,
                $"scores {scores} and targets {targets}",
                "one axis more in the scores",
                "Correct the node that computes it"
            );
        }

        string reduction = context.Text("reduction", "mean");
        if (reduction is not ("none" or "sum" or "mean"))
        {
            throw context.RefuseParameter($"'reduction' = '{reduction}'", "none, sum or mean");
        }

        context.Set(0, context.ElementOf(0), reduction == "none" ? targets : TensorShape.Scalar);
        context.Set(1, context.ElementOf(0), scores);
    }
}
