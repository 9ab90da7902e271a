import { CHART_STYLES } from "./chart-styles.ts";
import { COLORS } from "./colors.ts";
import { HEADER_STYLES } from "./header-styles.ts";
import { PAGE_STYLES } from "./page-styles.ts";
import { PRINT_STYLES } from "./print-styles.ts";
import { TABLE_STYLES } from "./table-styles.ts";

/** The page's whole style sheet. */
export const STYLES: string = [COLORS, PAGE_STYLES, HEADER_STYLES, TABLE_STYLES, CHART_STYLES, PRINT_STYLES].join("");
