namespace VampNet.Onnx.ShapeInference.Operators;

/// <summary>Optimizers: inputs are rate and step, then tensors, gradients and states, each kind as many; results are new tensors and
/// states.</summary>
internal static class TrainingInference
{
    private const string Domain = "ai.onnx.preview.training";

    public static void Register(OperatorRegistry registry)
    {
        registry.Add("Adagrad", 1, static context => Update(context, kinds: 3), Domain);
        registry.Add("Adam", 1, static context => Update(context, kinds: 4), Domain);
        registry.Add("Momentum", 1, static context => Update(context, kinds: 3), Domain);
    }

    private static void Update(InferenceContext context, int kinds)
    {
        int count = (context.InputCount - 2) / kinds;
        if (count < 1 || (context.InputCount - 2) % kinds != 0)
        {
            throw context.Refuse(
                InferenceDiagnosticIds.InputMissing,
                $"{context.InputCount} inputs",
                $"2 and a multiple of {kinds}",
                "Connect the others"
            );
        }

        for (int i = 0; i < context.OutputCount; i++)
        {
            // Gradients have no result.
            int source = 2 + i + (i < count ? 0 : count);
            if (source < context.InputCount)
            {
                context.SetLike(i, source);
            }
        }
    }
}
