namespace VampNet.Onnx.ShapeInference.Operators;

/// <summary>RNN, GRU, LSTM: data [T, B, features], or [B, T, features] with layout 1.</summary>
internal static class RecurrentInference
{
    public static void Register(OperatorRegistry registry) => registry.Add(Recurrent, "GRU", "LSTM", "RNN");

    private static void Recurrent(InferenceContext context)
    {
        ElementType element = context.ElementOf(0);
        TensorShape data = context.ShapeOf(0, 3, 3) ?? TensorShape.OfRank(3);
        bool isBatchFirst = context.Flag("layout");
        (Dim? time, Dim? batch) = isBatchFirst ? (data[1], data[0]) : (data[0], data[1]);
        Dim directions = context.Text("direction", "forward") switch
        {
            "forward" or "reverse" => 1,
            "bidirectional" => 2,
            var other => throw context.RefuseParameter($"'direction' = '{other}'", "forward, reverse or bidirectional"),
        };
        Dim hidden = context.Find("hidden_size") is { } size
            ? context.Natural(size.Int, "hidden_size")
            : context.ShapeOf(2, 3, 3)?[2] ?? Dim.Unknown();
        TensorShape state = isBatchFirst ? new TensorShape(batch, directions, hidden) : new TensorShape(directions, batch, hidden);
        context.Set(
            0,
            element,
            isBatchFirst ? new TensorShape(batch, time, directions, hidden) : new TensorShape(time, directions, batch, hidden)
        );
        context.Set(1, element, state);
        context.Set(2, element, state);
    }
}
