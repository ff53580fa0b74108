namespace VampNet.Onnx.ShapeInference.Operators;

/// <summary>The operators of ai.onnx.ml: classifiers and regressors, and the steps that prepare their features.</summary>
internal static class MachineLearningInference
{
    private const string Domain = "ai.onnx.ml";

    public static void Register(OperatorRegistry registry)
    {
        Add(registry, "ArrayFeatureExtractor", ArrayFeatureExtractor);
        Add(registry, "Binarizer", static context => context.SetLike(0, 0));
        Add(registry, "CategoryMapper", CategoryMapper);
        Add(registry, "FeatureVectorizer", FeatureVectorizer);
        Add(registry, "Imputer", static context => context.SetLike(0, 0));
        Add(registry, "LabelEncoder", LabelEncoder);
        Add(registry, "LinearClassifier", static context => Classify(context, "classlabels_ints", areScoresPerClass: true));
        Add(registry, "LinearRegressor", static context => Regress(context, "targets", ElementType.Float));
        Add(registry, "Normalizer", static context => context.Set(0, ElementType.Float, context.ShapeOf(0)));
        Add(registry, "OneHotEncoder", OneHotEncoder);
        Add(registry, "SVMClassifier", static context => Classify(context, "classlabels_ints", areScoresPerClass: false));
        Add(registry, "SVMRegressor", static context => context.Set(0, ElementType.Float, new TensorShape(Rows(context), Dim.One)));
        Add(registry, "Scaler", static context => context.Set(0, ElementType.Float, context.ShapeOf(0)));
        Add(registry, "TreeEnsemble", static context => Regress(context, "n_targets", context.ElementOf(0)));
        Add(registry, "TreeEnsembleClassifier", static context => Classify(context, "classlabels_int64s", areScoresPerClass: true));
        Add(registry, "TreeEnsembleRegressor", static context => Regress(context, "n_targets", ElementType.Float));
        Add(registry, "ZipMap", ZipMap);
    }

    private static void Add(OperatorRegistry registry, string opType, OperatorInference rule) => registry.Add(opType, 1, rule, Domain);

    /// <summary>The number of examples: a vector is one.</summary>
    private static Dim Rows(InferenceContext context) =>
        context.ShapeOf(0) switch
        {
            { Rank: 1 } => Dim.One,
            { Rank: > 1 } shape => shape[0],
            _ => Dim.Unknown(),
        };

    private static bool HasTexts(InferenceContext context, string name) => context.Find(name) is { Strings.IsEmpty: false };

    /// <summary>The label of each example, and its scores: one per class, except that pairs of classes may have one.</summary>
    private static void Classify(InferenceContext context, string integers, bool areScoresPerClass)
    {
        bool areTexts = HasTexts(context, "classlabels_strings");
        int classes = areTexts ? context.Find("classlabels_strings")!.Strings.Length : context.Ints(integers)?.Length ?? 0;
        Dim rows = Rows(context);
        context.Set(0, areTexts ? ElementType.String : ElementType.Int64, new TensorShape(rows));
        context.Set(1, ElementType.Float, new TensorShape(rows, areScoresPerClass && classes > 1 ? Dim.Of(classes) : Dim.Unknown()));
    }

    private static void Regress(InferenceContext context, string targets, ElementType element) =>
        context.Set(0, element, new TensorShape(Rows(context), context.Natural(Dim.Of(context.Int(targets, 1)), "the targets")));

    /// <summary>Picks columns; a vector becomes a matrix of one row.</summary>
    private static void ArrayFeatureExtractor(InferenceContext context)
    {
        (TensorShape? data, TensorShape? columns) = (context.ShapeOf(0, 1), context.ShapeOf(1));
        Dim count = columns?.ElementCount ?? Dim.Unknown();
        TensorShape? shape =
            data is null ? null
            : data.Rank == 1 ? new TensorShape(Dim.One, count)
            : data.With(data.Rank - 1, count);
        context.Set(0, context.ElementOf(0), shape);
    }

    private static void CategoryMapper(InferenceContext context) =>
        context.Set(0, context.ElementOf(0) == ElementType.String ? ElementType.Int64 : ElementType.String, context.ShapeOf(0));

    private static void FeatureVectorizer(InferenceContext context) =>
        context.Set(
            0,
            ElementType.Float,
            new TensorShape(
                Rows(context),
                context.Ints("inputdimensions") is { IsEmpty: false } lengths ? Dim.Of(lengths.Sum()) : Dim.Unknown()
            )
        );

    /// <summary>The attribute that holds the values says their type; version 1 maps texts to integers and back.</summary>
    private static void LabelEncoder(InferenceContext context)
    {
        ElementType element =
            context.Find("values_tensor") is { } tensor ? tensor.Tensor.ElementType
            : context.Find("values_strings") is not null ? ElementType.String
            : context.Find("values_floats") is not null ? ElementType.Float
            : context.Find("values_int64s") is not null || context.ElementOf(0) == ElementType.String ? ElementType.Int64
            : ElementType.String;
        context.Set(0, element, context.ShapeOf(0));
    }

    private static void OneHotEncoder(InferenceContext context)
    {
        int categories = HasTexts(context, "cats_strings")
            ? context.Find("cats_strings")!.Strings.Length
            : context.Ints("cats_int64s")?.Length ?? 0;
        context.Set(0, ElementType.Float, context.ShapeOf(0) is { } shape ? new TensorShape(shape.Append(Dim.Of(categories))) : null);
    }

    private static void ZipMap(InferenceContext context) =>
        context.Set(
            0,
            new SequenceType(
                new MapType(
                    HasTexts(context, "classlabels_strings") ? ElementType.String : ElementType.Int64,
                    new TensorType(ElementType.Float, new TensorShape([]))
                )
            )
        );
}
